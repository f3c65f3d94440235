// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package coretest

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Reading is what a data source said and gave: nil data if it gave none.
type Reading struct {
	Result
	Data *Instance
}

// ReadDataSource validates and reads a data source of the workspace's type with
// the workspace's configuration, as a plan does. Cancelling ctx is an interrupt.
func (w *Workspace) ReadDataSource(ctx context.Context) Reading {
	var r Reading
	c := w.launch(ctx, &r.Result)
	defer c.close()
	if r.Failed() {
		return r
	}
	schema := c.schemas.DataSourceSchemas[w.Type]
	if schema == nil {
		r.fail("Schema is missing", errors.New(w.Type))
		return r
	}
	config, _, err := dynamic(schema.ValueType(), w.Config)
	if err != nil {
		r.fail("Data source configuration cannot be built", err)
		return r
	}
	c.read(schema.ValueType(), config, &r)
	return r
}

func (c *command) read(typ tftypes.Type, config *tfprotov6.DynamicValue, r *Reading) {
	validated, err := c.server.ValidateDataResourceConfig(c.ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: c.typeName, Config: config})
	if err != nil {
		r.fail("Validation broke", err)
		return
	}
	if r.add(validated.Diagnostics); r.Failed() {
		return
	}
	resp, err := c.server.ReadDataSource(c.ctx, &tfprotov6.ReadDataSourceRequest{TypeName: c.typeName, Config: config})
	if err != nil {
		r.fail("Read broke", err)
		return
	}
	if r.add(resp.Diagnostics); r.Failed() {
		return
	}
	value, err := resp.State.Unmarshal(typ)
	if err != nil {
		r.fail("Data cannot be read", err)
		return
	}
	if !value.IsFullyKnown() {
		r.fail("Data is not known", fmt.Errorf("%s", value))
	}
	r.Data = &Instance{Value: value}
}

// Equals reports whether the instance has exactly these attributes, written as for
// a configuration; those that are missing are null.
func (i *Instance) Equals(attributes map[string]any) bool {
	if i == nil {
		return attributes == nil
	}
	_, want, err := dynamic(i.Value.Type(), attributes)
	return err == nil && i.Value.Equal(want)
}
