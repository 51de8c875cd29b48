// Checks folders of Kubernetes manifests with the checks that are compiled into Trivy, and prints one JSON object for
// each result. The command `trivy config` does the same; with its other scanners it takes five times as long to build.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path"

	"github.com/aquasecurity/trivy/pkg/iac/rego"
	"github.com/aquasecurity/trivy/pkg/iac/scan"
	"github.com/aquasecurity/trivy/pkg/iac/scanners/kubernetes"
)

type result struct {
	Rule   string `json:"rule"`
	Title  string `json:"title"`
	Failed bool   `json:"failed"`
	File   string `json:"file"`
}

func main() {
	for _, folder := range os.Args[1:] {
		if err := check(folder); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func check(folder string) error {
	scanner := kubernetes.NewScanner(
		rego.WithEmbeddedPolicies(true),
		rego.WithEmbeddedLibraries(true),
		// A check may say from which release of Trivy on it works.
		rego.WithTrivyVersion("0.74.0"),
	)
	results, err := scanner.ScanFS(context.Background(), os.DirFS(folder), ".")
	if err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	for _, one := range results {
		rule := one.Rule()
		line := result{rule.ID, rule.Summary, one.Status() == scan.StatusFailed, path.Join(folder, one.Range().GetFilename())}
		if err := out.Encode(line); err != nil {
			return err
		}
	}
	return nil
}
