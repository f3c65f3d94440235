// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package cutover

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestALagLimitThatIsNotKnownYetLimitsNothing(t *testing.T) {
	for _, none := range []types.Int64{types.Int64Unknown(), types.Int64Null()} {
		if got := (&model{MaxLagSeconds: none}).lagLimit(); got != nil {
			t.Errorf("%s is a limit of %d s", none, *got)
		}
	}
	if got := (&model{MaxLagSeconds: types.Int64Value(0)}).lagLimit(); got == nil || *got != 0 {
		t.Errorf("zero is the limit %v", got)
	}
}
