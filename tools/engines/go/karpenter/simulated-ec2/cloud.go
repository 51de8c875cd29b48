package main

import (
	"context"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	kwokec2 "github.com/aws/karpenter-provider-aws/kwok/ec2"
)

// cloud is the EC2 of Karpenter's build for kwok, which keeps launch templates and instances in the process. Beyond that,
// each launch template also goes to the AWS that tests ask, and an instance that a template sends into a capacity
// reservation says so.
type cloud struct {
	*kwokec2.Client
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
	output, err := c.Client.CreateFleet(ctx, input, settings...)
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
