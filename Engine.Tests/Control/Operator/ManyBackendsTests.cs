// SPDX-License-Identifier: MIT
using System.Text;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Control.Operator;

/// <summary>A pool is published as a whole, however many of its backends have changed: a scheduler over all of them is built each time.</summary>
public sealed class ManyBackendsTests : IDisposable
{
    private const int Count = 3000;

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"lb-many-{Guid.NewGuid():N}.json");
    private int _built;

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task Build_StateFileWithASettingForEach_PublishesOnce()
    {
        await File.WriteAllTextAsync(_file, WriteState());

        await using LoadBalancer balancer = Build();

        Assert.All(balancer.GetStatus().Pools[0].Backends, backend => Assert.Equal(OperatorState.Draining, backend.OperatorState));
        Assert.Equal(Count, balancer.GetStatus().Pools[0].Backends.Count);
        Assert.InRange(_built, 1, 2); // the empty pool, and the whole
    }

    [Fact]
    public async Task Apply_AnotherAddressForEach_PublishesOnce()
    {
        await File.WriteAllTextAsync(_file, WriteState());
        await using LoadBalancer balancer = Build();
        int before = _built;
        LoadBalancerOptions next = balancer.GetConfiguration();
        foreach (BackendOptions backend in next.Pools["site"].Backends.Values)
        {
            backend.Address = backend.Address.Replace(":80", ":81", StringComparison.Ordinal);
        }

        IReadOnlyList<ConfigurationChange> changes = await balancer.ApplyAsync(next);

        Assert.Equal(Count, changes.Count);
        Assert.All(balancer.GetStatus().Pools[0].Backends, backend => Assert.Equal(OperatorState.Draining, backend.OperatorState));
        Assert.InRange(_built - before, 1, 2); // the trial, and the whole
    }

    private LoadBalancer Build() => new LoadBalancerBuilder()
        .AddScheduler("counting", set =>
        {
            _built++;
            return new LeastLoadedScheduler(set);
        })
        .AddListener("web", "127.0.0.1:0", "site")
        .AddPool("site", pool =>
        {
            pool.Scheduler = "counting";
            for (int i = 0; i < Count; i++)
            {
                pool.AddBackend($"b{i}", $"10.0.{i >> 8}.{i & 255}:80");
            }
        })
        .UseStateFile(_file)
        .Build();

    private static string WriteState()
    {
        var text = new StringBuilder("{\"version\":1,\"backends\":[");
        for (int i = 0; i < Count; i++)
        {
            text.Append(i > 0 ? "," : "").Append(System.Globalization.CultureInfo.InvariantCulture, $"{{\"pool\":\"site\",\"backend\":\"b{i}\",\"state\":\"Draining\"}}");
        }

        return text.Append("]}").ToString();
    }
}
