// Karpenter's AWS provider as it runs in a cluster, on the EC2 that its own build for kwok simulates, with what that EC2
// lacks: see cloud.go.
package main

import (
	"context"
	"encoding/base64"

	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/patrickmn/go-cache"
	corecontrollers "sigs.k8s.io/karpenter/pkg/controllers"
	"sigs.k8s.io/karpenter/pkg/controllers/state"

	"sigs.k8s.io/karpenter/pkg/cloudprovider/metrics"
	"sigs.k8s.io/karpenter/pkg/cloudprovider/overlay"
	coreoperator "sigs.k8s.io/karpenter/pkg/operator"
	coreoptions "sigs.k8s.io/karpenter/pkg/operator/options"

	"github.com/aws/karpenter-provider-aws/kwok/cloudprovider"
	"github.com/aws/karpenter-provider-aws/kwok/operator"
	v1 "github.com/aws/karpenter-provider-aws/pkg/apis/v1"
	awscache "github.com/aws/karpenter-provider-aws/pkg/cache"
	"github.com/aws/karpenter-provider-aws/pkg/controllers"
	"github.com/aws/karpenter-provider-aws/pkg/operator/options"
	"github.com/aws/karpenter-provider-aws/pkg/providers/instance"
	"github.com/aws/karpenter-provider-aws/pkg/providers/launchtemplate"
)

func main() {
	ctx, core := coreoperator.NewOperator()
	core.Manager = withDisks{core.Manager}
	ctx, op := operator.NewOperator(ctx, core)
	ec2 := &cloud{Client: op.EC2API, prices: op.PricingProvider}
	launchThrough(ctx, op, ec2)
	v1.CapacityReservationsEnabled = coreoptions.FromContext(ctx).FeatureGates.ReservedCapacity
	start(ctx, op, ec2)
}

// launchThrough replaces the providers that ask EC2 for launch templates and instances.
func launchThrough(ctx context.Context, op *operator.Operator, ec2 *cloud) {
	config := op.GetConfig()
	authority := base64.StdEncoding.EncodeToString(config.CAData)
	op.LaunchTemplateProvider = launchtemplate.NewDefaultProvider(
		ctx,
		cache.New(awscache.DefaultTTL, awscache.DefaultCleanupInterval),
		ec2,
		eks.NewFromConfig(op.Config),
		op.AMIResolver,
		op.SecurityGroupProvider,
		op.SubnetProvider,
		op.PlacementGroupProvider,
		&authority,
		op.Elected(),
		nil,
		options.FromContext(ctx).ClusterEndpoint,
	)
	op.InstanceProvider = instance.NewDefaultProvider(
		ctx,
		op.Config.Region,
		op.EventRecorder,
		ec2,
		op.UnavailableOfferingsCache,
		op.SubnetProvider,
		op.LaunchTemplateProvider,
		op.CapacityReservationProvider,
		op.PlacementGroupProvider,
		op.ZonalShiftProvider,
		cache.New(cache.NoExpiration, cache.NoExpiration),
	)
}

// start runs every controller of a release until the process is told to end.
func start(ctx context.Context, op *operator.Operator, ec2 *cloud) {
	plain := metrics.Decorate(cloudprovider.New(
		op.InstanceTypesProvider,
		op.InstanceProvider,
		op.EventRecorder,
		op.GetClient(),
		op.AMIProvider,
		op.SecurityGroupProvider,
		op.CapacityReservationProvider,
		op.PlacementGroupProvider,
		op.InstanceTypeStore,
	))
	decorated := overlay.Decorate(plain, op.GetClient(), op.InstanceTypeStore)
	noBundle := ""
	for _, background := range []func(context.Context){
		op.EC2API.StartBackupThread,
		op.EC2API.StartKillNodeThread,
		op.EC2API.ReadBackup,
	} {
		go func() {
			<-op.Elected()
			background(ctx)
		}()
	}
	op.WithControllers(ctx, corecontrollers.NewControllers(
		ctx,
		op.Manager,
		op.Clock,
		op.GetClient(),
		op.EventRecorder,
		decorated,
		plain,
		state.NewCluster(op.Clock, op.GetClient(), decorated),
		op.InstanceTypeStore,
	)...)
	op.WithControllers(ctx, controllers.NewControllers(
		ctx,
		op.Manager,
		op.Config,
		op.Clock,
		ec2,
		op.GetClient(),
		op.EventRecorder,
		op.UnavailableOfferingsCache,
		op.SSMCache,
		op.ValidationCache,
		op.RecreationCache,
		decorated,
		op.SubnetProvider,
		op.SecurityGroupProvider,
		op.InstanceProfileProvider,
		op.InstanceProvider,
		op.PricingProvider,
		op.AMIProvider,
		op.LaunchTemplateProvider,
		op.VersionProvider,
		op.InstanceTypesProvider,
		op.CapacityReservationProvider,
		op.PlacementGroupProvider,
		op.AMIResolver,
		op.ZonalShiftProvider,
		op.InstanceStatusProvider,
		&noBundle,
	)...)
	op.Start(ctx)
}
