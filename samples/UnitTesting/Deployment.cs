// SPDX-License-Identifier: MIT
using LbEngine.Backends;

namespace LbEngine.UnitTestingSample;

/// <summary>Some code of an app that works with an engine: moves a backend to another address when nobody uses it any more.</summary>
public sealed class Deployment(LoadBalancer balancer)
{
    public async Task ReplaceAsync(string pool, string backend, string address)
    {
        await balancer.DrainBackendAsync(pool, backend);
        await balancer.ChangeBackendAsync(pool, backend, options => options.Address = address);
        await balancer.SetBackendStateAsync(pool, backend, OperatorState.Ready);
    }
}
