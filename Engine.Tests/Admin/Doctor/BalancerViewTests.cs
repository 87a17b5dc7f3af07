// SPDX-License-Identifier: MIT
using LbEngine.Admin.Doctor;
using LbEngine.Admin.Messages;

namespace LbEngine.Tests.Admin.Doctor;

public class BalancerViewTests
{
    [Theory]
    [InlineData(false, "unchecked")]
    [InlineData(true, "unknown")]
    [InlineData(null, "unknown")]
    public void Describe_HealthThatIsUnknown_SaysWhenNobodyAsks(bool? isChecked, string expected)
    {
        var backend = new BackendMessage("site", "a", "192.0.2.1:80", "ready", "unknown", false, 1, 0, 0, 0, 0, 100, null) { IsChecked = isChecked };
        var view = new BalancerView(backend);

        Assert.StartsWith($"the balancer says: ready, health {expected}, weight 1, ", Assert.Single(view.Describe()), StringComparison.Ordinal);
    }
}
