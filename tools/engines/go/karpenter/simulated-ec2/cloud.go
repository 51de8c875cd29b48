package main

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	kwokec2 "github.com/aws/karpenter-provider-aws/kwok/ec2"
	"github.com/aws/karpenter-provider-aws/pkg/providers/pricing"
)

// cloud is the EC2 of Karpenter's build for kwok, which keeps launch templates and instances in the process. Beyond that,
// each launch template also goes to the AWS that tests ask, a fleet starts its cheapest type, and an instance that a template
// sends into a capacity reservation says so.
type cloud struct {
	*kwokec2.Client
	prices pricing.Provider
	// Reservations by the names of templates, and by the instances that were launched from them.
	byTemplate, byInstance sync.Map
}

func (c *cloud) CreateLaunchTemplate(ctx context.Context, input *ec2.CreateLaunchTemplateInput, settings ...func(*ec2.Options)) (*ec2.CreateLaunchTemplateOutput, error) {
	output, err := c.Client.CreateLaunchTemplate(ctx, input, settings...)
	if err != nil {
		return nil, err
	}
	if _, err := c.Client.Client.CreateLaunchTemplate(ctx, input, settings...); err != nil {
		return nil, err
	}
	if id := reservationOf(input.LaunchTemplateData); id != "" {
		c.byTemplate.Store(*input.LaunchTemplateName, id)
	}
	return output, nil
}

func (c *cloud) DeleteLaunchTemplate(ctx context.Context, input *ec2.DeleteLaunchTemplateInput, settings ...func(*ec2.Options)) (*ec2.DeleteLaunchTemplateOutput, error) {
	output, err := c.Client.DeleteLaunchTemplate(ctx, input, settings...)
	if err != nil {
		return nil, err
	}
	// Each side has IDs of its own.
	byName := &ec2.DeleteLaunchTemplateInput{LaunchTemplateName: output.LaunchTemplate.LaunchTemplateName}
	if _, err := c.Client.Client.DeleteLaunchTemplate(ctx, byName, settings...); err != nil {
		return nil, err
	}
	return output, nil
}

func (c *cloud) CreateFleet(ctx context.Context, input *ec2.CreateFleetInput, settings ...func(*ec2.Options)) (*ec2.CreateFleetOutput, error) {
	output, err := c.Client.CreateFleet(ctx, c.cheapestFirst(input), settings...)
	if err != nil {
		return nil, err
	}
	for _, launched := range output.Instances {
		id, isReserved := c.byTemplate.Load(*launched.LaunchTemplateAndOverrides.LaunchTemplateSpecification.LaunchTemplateName)
		for _, instance := range launched.InstanceIds {
			if isReserved {
				c.byInstance.Store(instance, id)
			}
		}
	}
	return output, nil
}

// cheapestFirst puts the launch template with the cheapest type of all in front: the client starts the cheapest of the first
// one alone, and AL2023 has a template for each number of pods. Spot costs the same share of on-demand for every type.
func (c *cloud) cheapestFirst(input *ec2.CreateFleetInput) *ec2.CreateFleetInput {
	copied := *input
	copied.LaunchTemplateConfigs = slices.Clone(input.LaunchTemplateConfigs)
	slices.SortStableFunc(copied.LaunchTemplateConfigs, func(a, b types.FleetLaunchTemplateConfigRequest) int {
		return cmp.Compare(c.leastPrice(a), c.leastPrice(b))
	})
	return &copied
}

func (c *cloud) leastPrice(config types.FleetLaunchTemplateConfigRequest) float64 {
	least := math.Inf(1)
	for _, override := range config.Overrides {
		if price, isKnown := c.prices.OnDemandPrice(override.InstanceType); isKnown {
			least = min(least, price)
		}
	}
	return least
}

func (c *cloud) DescribeInstances(ctx context.Context, input *ec2.DescribeInstancesInput, settings ...func(*ec2.Options)) (*ec2.DescribeInstancesOutput, error) {
	output, err := c.Client.DescribeInstances(ctx, input, settings...)
	if err != nil {
		return nil, err
	}
	for _, reservation := range output.Reservations {
		for index := range reservation.Instances {
			instance := &reservation.Instances[index]
			if id, isReserved := c.byInstance.Load(*instance.InstanceId); isReserved {
				reservationID := id.(string)
				instance.CapacityReservationId = &reservationID
				instance.CapacityReservationSpecification = &types.CapacityReservationSpecificationResponse{
					CapacityReservationPreference: types.CapacityReservationPreferenceCapacityReservationsOnly,
				}
			}
		}
	}
	return output, nil
}

// reservationOf is the reservation that a template launches into, or "".
func reservationOf(data *types.RequestLaunchTemplateData) string {
	settings := data.CapacityReservationSpecification
	if settings == nil || settings.CapacityReservationTarget == nil || settings.CapacityReservationTarget.CapacityReservationId == nil {
		return ""
	}
	return *settings.CapacityReservationTarget.CapacityReservationId
}
