// SPDX-License-Identifier: MIT
using System.Text;
using System.Text.Json;
using LbEngine.Admin.Messages;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Admin;
using LbEngine.ConsoleHost.Client;
using LbEngine.Tests.ConsoleHost.Admin;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.ConsoleHost.Client;

/// <summary>The wait of <c>lb drain --wait</c>: it ends well only when nothing is left anywhere.</summary>
public class DrainWaitTests
{
    private static readonly BackendName Name = new("site", "a");

    [Theory]
    [InlineData("nothing happens")]
    [InlineData("a reload removes the backend")]
    [InlineData("a reload changes its address")]
    [InlineData("a reload removes the pool")]
    public async Task Run_ConnectionsAreLeft_AreWaitedForWhereverTheyAre(string meanwhile)
    {
        await using AdminStage stage = await AdminStage.StartAsync();
        (Peer client, Peer backend) = await stage.ConnectClientAsync();
        await stage.Balancer.SetBackendStateAsync(Name.Pool, Name.Backend, OperatorState.Draining);
        await stage.Balancer.ApplyAsync(Change(stage.Balancer.GetConfiguration(), meanwhile), force: true);
        using AdminClient admin = stage.CreateClient();
        var wait = new DrainWait(admin, Name);

        bool isEmpty = await wait.RunAsync(TimeSpan.Zero, CancellationToken.None);
        Assert.Equal((false, "site/a still holds 1 connection"), (isEmpty, wait.Rest));
        Assert.Equal([1], Read(wait.Reply).Where(one => one.ActiveConnections > 0).Select(one => one.ActiveConnections));

        Task<bool> waiting = wait.RunAsync(TimeSpan.FromMinutes(1), CancellationToken.None);
        client.Dispose();
        backend.Dispose();
        Assert.True(await waiting.WaitAsync(TimeSpan.FromSeconds(30)), "The wait ended before the last connection.");
        Assert.Equal("", wait.Rest);
    }

    [Fact]
    public async Task Backends_RemovedWithConnections_AreListedUntilTheLastHasEnded()
    {
        await using AdminStage stage = await AdminStage.StartAsync();
        (Peer client, Peer backend) = await stage.ConnectClientAsync();
        await stage.Balancer.ApplyAsync(Change(stage.Balancer.GetConfiguration(), "a reload changes its address"), force: true);
        using AdminClient admin = stage.CreateClient();

        BackendMessage[] before = Read(await admin.SendAsync(HttpMethod.Get, "v1/backends", null, CancellationToken.None));
        client.Dispose();
        backend.Dispose();
        await Waiting.UntilAsync(() => stage.Balancer.GetStatus().LeavingBackends.Count == 0, "the removed backend is forgotten");
        BackendMessage[] after = Read(await admin.SendAsync(HttpMethod.Get, "v1/backends", null, CancellationToken.None));

        Assert.Equal(["a ready 0", "a removed 1", "b ready 0"], before.Select(Describe).Order());
        Assert.Equal(stage.Backend.EndPoint.ToString(), before[2].Address);
        Assert.Equal(["a ready 0", "b ready 0"], after.Select(Describe).Order());
    }

    [Theory]
    [InlineData("""{"backends":[]}""", true, "")]
    [InlineData("""{"backends":[],"predecessorRuns":true}""", false, "the balancer that was replaced still drains, and may hold connections of site/a")]
    [InlineData("""{"backends":[DRAINING]}""", true, "")]
    [InlineData("""{"backends":[DRAINING,DRAINING],"predecessorRuns":false}""", true, "")]
    [InlineData("""{"backends":[READY]}""", false, "site/a is ready again: ")]
    public async Task Run_WhatTheReplySays_IsEmptyOnlyWhenNothingCanBeLeft(string reply, bool expected, string rest)
    {
        const string Backend = """
            {"pool":"site","name":"a","address":"10.0.0.1:80","state":"draining","health":"up","isEjected":false,"weight":1,"activeConnections":0,
            "totalConnections":0,"connectFailures":0,"resets":0,"slowStartPercent":100}
            """;
        string body = reply
            .Replace("DRAINING", Backend, StringComparison.Ordinal)
            .Replace("READY", Backend.Replace("draining", "ready", StringComparison.Ordinal), StringComparison.Ordinal);
        await using var fake = new FakeBalancer(async (stream, end) => await stream.WriteAsync(Encoding.UTF8.GetBytes(FakeBalancer.Http(body)), end));
        using var admin = new AdminClient(AdminAddress.TryParse(fake.Address)!, "");
        var wait = new DrainWait(admin, Name);

        bool isEmpty = await wait.RunAsync(TimeSpan.Zero, CancellationToken.None);

        Assert.Equal(expected, isEmpty);
        Assert.StartsWith(rest, wait.Rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NobodyAnswersAnyMore_IsNotEmpty()
    {
        using var admin = new AdminClient(AdminAddress.TryParse("unix:/no/such/lb.sock")!, "");
        var wait = new DrainWait(admin, Name);

        bool isEmpty = await wait.RunAsync(TimeSpan.Zero, CancellationToken.None);

        Assert.False(isEmpty);
        Assert.StartsWith("it is not known what site/a holds: no balancer answers at unix:/no/such/lb.sock", wait.Rest, StringComparison.Ordinal);
    }

    private static LoadBalancerOptions Change(LoadBalancerOptions options, string what)
    {
        IDictionary<string, BackendOptions> backends = options.Pools[Name.Pool].Backends;
        switch (what)
        {
            case "a reload removes the backend":
                backends.Remove(Name.Backend);
                break;
            case "a reload changes its address":
                backends[Name.Backend].Address = "127.0.0.3:9";
                break;
            case "a reload removes the pool":
                options.Pools.Add("other", new BackendPoolOptions { Backends = { ["c"] = new BackendOptions { Address = "127.0.0.3:9" } } });
                options.Pools.Remove(Name.Pool);
                options.Listeners["web"].Pool = "other";
                break;
            default:
                break;
        }

        return options;
    }

    private static string Describe(BackendMessage backend) => $"{backend.Name} {backend.State} {backend.ActiveConnections}";

    private static BackendMessage[] Read(byte[] reply) => [.. JsonSerializer.Deserialize(reply, AdminJson.Default.BackendListMessage)!.Backends];
}
