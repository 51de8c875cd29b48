// What the API server's own library of Pod Security says of pods: one JSON object on each line of standard input, one list
// of reasons on each line of standard output, empty where the pod is let in.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

type question struct {
	Level       string            `json:"level"`
	Version     string            `json:"version"`
	Annotations map[string]string `json:"annotations"`
	Spec        corev1.PodSpec    `json:"spec"`
}

func main() {
	if err := answer(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func answer() error {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		var one question
		if err := json.Unmarshal(in.Bytes(), &one); err != nil {
			return err
		}
		level, err := api.ParseLevel(one.Level)
		if err != nil {
			return err
		}
		version, err := api.ParseVersion(one.Version)
		if err != nil {
			return err
		}
		metadata := metav1.ObjectMeta{Annotations: one.Annotations}
		reasons := []string{}
		for _, result := range evaluator.EvaluatePod(api.LevelVersion{Level: level, Version: version}, &metadata, &one.Spec) {
			if !result.Allowed {
				reasons = append(reasons, result.ForbiddenReason)
			}
		}
		if err := out.Encode(reasons); err != nil {
			return err
		}
	}
	return in.Err()
}
