// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package migrationrequest

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/attribute"
)

// ProjectIDDescription describes the attribute project_id.
const ProjectIDDescription = "ID of the Atlas project that holds the destination cluster, 24 lower-case hexadecimal digits " +
	"(`groupId` in the API)."

const (
	passwordDescription = "Password of `username`. **Write-only**: Terraform and OpenTofu 1.11 and later send it, and keep " +
		"it in no state and no plan; earlier versions refuse it. Take it from an ephemeral variable or resource. " +
		"Terraform cannot see that it has changed."
)

// Attributes are the arguments that a validation and a live
// migration have in common. What a change of them does is said by each.
func Attributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"project_id": schema.StringAttribute{
			MarkdownDescription: ProjectIDDescription,
			Required:            true,
			Validators:          []validator.String{attribute.ObjectID("a project ID")},
		},
		"source": schema.SingleNestedAttribute{
			MarkdownDescription: "The cluster to migrate, which Cloud Manager or Ops Manager manages.",
			Required:            true,
			Attributes:          sourceSchemaAttributes(),
		},
		"destination": schema.SingleNestedAttribute{
			MarkdownDescription: "The cluster of Atlas to migrate to. While the live migration runs, Atlas refuses changes " +
				"to it.",
			Required:   true,
			Attributes: destinationSchemaAttributes(),
		},
		"migration_hosts": schema.ListAttribute{
			MarkdownDescription: "Host name of the migration host, as Cloud Manager or Ops Manager calls it: a list of " +
				"exactly one.",
			Required:    true,
			ElementType: types.StringType,
			Validators: []validator.List{
				listvalidator.NoNullValues(),
				listvalidator.ValueStringsAre(stringvalidator.LengthAtLeast(1)),
			},
		},
		"drop_destination_data": schema.BoolAttribute{
			MarkdownDescription: "Whether Atlas **drops all that the destination cluster holds** before it copies " +
				"(`dropEnabled` or `dropDestinationData` in the API). Defaults to `false`.",
			Optional: true,
		},
		"sharding": schema.SingleNestedAttribute{
			MarkdownDescription: "Which collections are to be sharded at the destination, and by what.",
			Optional:            true,
			Attributes:          shardingSchemaAttributes(),
		},
	}
}

func sourceSchemaAttributes() map[string]schema.Attribute {
	notEmpty := []validator.String{stringvalidator.LengthAtLeast(1)}
	return map[string]schema.Attribute{
		"project_id": schema.StringAttribute{
			MarkdownDescription: "ID of the project in Cloud Manager or Ops Manager, 24 lower-case hexadecimal digits " +
				"(`project_id` in `atlasmigration_available_projects`).",
			Required:   true,
			Validators: []validator.String{attribute.ObjectID("a project ID")},
		},
		"cluster_name": schema.StringAttribute{
			MarkdownDescription: "Name of the deployment there.",
			Required:            true,
			Validators:          notEmpty,
		},
		"tls_enabled": schema.BoolAttribute{
			MarkdownDescription: "Whether to connect to the deployment with TLS (`ssl` in the API).",
			Required:            true,
		},
		"ca_certificate_path": schema.StringAttribute{
			MarkdownDescription: "Path, on the migration host, of the certificate of the authority that signed the " +
				"deployment's (`caCertificatePath` in the API).",
			Optional:   true,
			Validators: notEmpty,
		},
		"managed_authentication": schema.BoolAttribute{
			MarkdownDescription: "Whether Cloud Manager or Ops Manager manages authentication for the deployment. If " +
				"`true`, omit `username` and `password`. If `false`, both are required.",
			Required: true,
		},
		"username": schema.StringAttribute{
			MarkdownDescription: "User of the deployment to read it as, if and only if `managed_authentication` is `false`.",
			Optional:            true,
			Validators:          notEmpty,
		},
		"password": schema.StringAttribute{
			MarkdownDescription: passwordDescription,
			Optional:            true,
			Sensitive:           true,
			WriteOnly:           true,
			Validators:          notEmpty,
		},
	}
}

func destinationSchemaAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"project_id": schema.StringAttribute{
			MarkdownDescription: "ID of the cluster's project, 24 lower-case hexadecimal digits. Defaults to the " +
				"resource's `project_id`; Atlas may refuse any other.",
			Optional:   true,
			Validators: []validator.String{attribute.ObjectID("a project ID")},
		},
		"cluster_name": schema.StringAttribute{
			MarkdownDescription: "Name of the cluster.",
			Required:            true,
			Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
		},
		"hostname_schema_type": schema.StringAttribute{
			MarkdownDescription: "How the migration host reaches the cluster: `PUBLIC`, `PRIVATE_LINK` or `VPC_PEERING`.",
			Required:            true,
			Validators:          []validator.String{stringvalidator.OneOf("PUBLIC", privateLink, "VPC_PEERING")},
		},
		"private_link_id": schema.StringAttribute{
			MarkdownDescription: "ID of the private endpoint, if and only if `hostname_schema_type` is `PRIVATE_LINK`.",
			Optional:            true,
			Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
		},
	}
}

func shardingSchemaAttributes() map[string]schema.Attribute {
	notEmpty := []validator.String{stringvalidator.LengthAtLeast(1)}
	return map[string]schema.Attribute{
		"create_supporting_indexes": schema.BoolAttribute{
			MarkdownDescription: "Whether Atlas creates the indexes that the shard keys need. Defaults to `false`.",
			Optional:            true,
		},
		"entries": schema.ListNestedAttribute{
			MarkdownDescription: "The collections to shard, at least one.",
			Required:            true,
			Validators:          []validator.List{listvalidator.SizeAtLeast(1), listvalidator.NoNullValues()},
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"database": schema.StringAttribute{
					MarkdownDescription: "Name of the collection's database.", Required: true, Validators: notEmpty,
				},
				"collection": schema.StringAttribute{
					MarkdownDescription: "Name of the collection.", Required: true, Validators: notEmpty,
				},
				"key": schema.ListNestedAttribute{
					MarkdownDescription: "The shard key: its fields, in order, at least one.",
					Required:            true,
					Validators:          []validator.List{listvalidator.SizeAtLeast(1), listvalidator.NoNullValues()},
					NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
						"field": schema.StringAttribute{
							MarkdownDescription: "Name of the field.", Required: true, Validators: notEmpty,
						},
						"kind": schema.StringAttribute{
							MarkdownDescription: "How the field takes part: `1` (ascending), `-1` (descending) or " +
								"`\"hashed\"`.",
							Required:   true,
							Validators: []validator.String{shardKeyKind{}},
						},
					}},
				},
			}},
		},
	}
}

// typesOf are the types of an object with these attributes.
func typesOf(attributes map[string]schema.Attribute) map[string]attr.Type {
	found := map[string]attr.Type{}
	for name, attribute := range attributes {
		found[name] = attribute.GetType()
	}
	return found
}
