package main

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	karpenterv1 "sigs.k8s.io/karpenter/pkg/apis/v1"
	nodeclaims "sigs.k8s.io/karpenter/pkg/utils/nodeclaim"
)

// ownDisk is the label of nodes whose disk a test sets.
const ownDisk = "simulated-kubelet/disk"

// withDisks makes every client that Karpenter takes from its manager create nodes with their disks.
type withDisks struct {
	manager.Manager
}

func (m withDisks) GetClient() client.Client {
	return diskClient{m.Manager.GetClient()}
}

// diskClient gives a node the disk that its NodeClaim promises. The EC2 of Karpenter's build for kwok creates every node with
// 20 GiB, whatever its EC2NodeClass says. A node must not have less for a moment either: Karpenter plans with what the node
// of a NodeClaim says as soon as there is one, and would launch more nodes for the same pods.
type diskClient struct {
	client.Client
}

func (c diskClient) Create(ctx context.Context, object client.Object, options ...client.CreateOption) error {
	if node, isNode := object.(*corev1.Node); isNode {
		if err := c.addDisk(ctx, node); err != nil {
			return err
		}
	}
	return c.Client.Create(ctx, object, options...)
}

func (c diskClient) addDisk(ctx context.Context, node *corev1.Node) error {
	claims := &karpenterv1.NodeClaimList{}
	if err := c.List(ctx, claims, nodeclaims.ForProviderID(node.Spec.ProviderID)); err != nil {
		return err
	}
	for _, claim := range claims.Items {
		if _, isOwn := claim.Labels[ownDisk]; isOwn {
			continue
		}
		node.Status.Capacity[corev1.ResourceEphemeralStorage] = claim.Status.Capacity[corev1.ResourceEphemeralStorage]
		node.Status.Allocatable[corev1.ResourceEphemeralStorage] = claim.Status.Allocatable[corev1.ResourceEphemeralStorage]
	}
	return nil
}
