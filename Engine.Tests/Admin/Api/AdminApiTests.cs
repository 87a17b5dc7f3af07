// SPDX-License-Identifier: MIT
using System.Net;
using System.Text.Json;
using LbEngine.Backends;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Tests.ConsoleHost.Admin;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.Admin.Api;

/// <summary>What the admin interface does, seen from the balancer that it controls.</summary>
public class AdminApiTests
{
    [Fact]
    public async Task ReadStatus_OneLiveConnection_CountsItAtListenerAndPool()
    {
        await using AdminStage stage = await AdminStage.StartAsync();
        (Peer client, Peer backend) = await stage.ConnectClientAsync();

        (HttpStatusCode status, JsonElement body) = await stage.SendAsync(HttpMethod.Get, "v1/status");

        Assert.Equal((HttpStatusCode.OK, "running", 1), (status, body.GetProperty("state").GetString(), body.GetProperty("activeConnections").GetInt32()));
        JsonElement listener = body.GetProperty("listeners")[0];
        Assert.Equal(("web", "tcp", 1), (listener.GetProperty("name").GetString(), listener.GetProperty("protocol").GetString(), listener.GetProperty("activeConnections").GetInt32()));
        JsonElement pool = body.GetProperty("pools")[0];
        Assert.Equal((2, 1, 1), (pool.GetProperty("backends").GetInt32(), pool.GetProperty("usableBackends").GetInt32(), pool.GetProperty("affinityEntries").GetInt32()));
        client.Dispose();
        backend.Dispose();
    }

    [Fact]
    public async Task ChangeBackend_StateAndWeight_AreBothInForceWhenItReplies()
    {
        await using AdminStage stage = await AdminStage.StartAsync();

        (HttpStatusCode status, JsonElement body) = await stage.SendAsync(HttpMethod.Post, "v1/backends/site/a", """{"state":"maintenance","weight":7}""");

        BackendStatus backend = stage.Balancer.GetStatus().Pools[0].Backends[0];
        Assert.Equal((HttpStatusCode.OK, OperatorState.Maintenance, 7), (status, backend.OperatorState, backend.Weight));
        JsonElement one = Assert.Single(body.GetProperty("backends").EnumerateArray());
        Assert.Equal(("a", "maintenance", 7), (one.GetProperty("name").GetString(), one.GetProperty("state").GetString(), one.GetProperty("weight").GetInt32()));
    }

    [Fact]
    public async Task ChangeBackend_WeightNull_GoesByTheConfigurationAgain()
    {
        await using AdminStage stage = await AdminStage.StartAsync();
        await stage.Balancer.SetBackendWeightAsync("site", "a", 9);

        _ = await stage.SendAsync(HttpMethod.Post, "v1/backends/site/a", """{"weight":null}""");

        Assert.Equal(2, stage.Balancer.GetStatus().Pools[0].Backends[0].Weight);
    }

    [Fact]
    public async Task ChangeBackend_StateAlone_LeavesTheOperatorsWeight()
    {
        await using AdminStage stage = await AdminStage.StartAsync();
        await stage.Balancer.SetBackendWeightAsync("site", "a", 9);

        _ = await stage.SendAsync(HttpMethod.Post, "v1/backends/site/a", """{"state":"draining"}""");

        BackendStatus backend = stage.Balancer.GetStatus().Pools[0].Backends[0];
        Assert.Equal((OperatorState.Draining, 9), (backend.OperatorState, backend.Weight));
    }

    [Theory]
    [InlineData("draining", "1ms", true)]
    [InlineData("draining", "none", false)]
    public async Task ChangeBackend_Draining_ClosesWhatIsLeftOnlyAtADeadline(string state, string timeout, bool closes)
    {
        await using AdminStage stage = await AdminStage.StartAsync(configure: options => options.Drain.Spread = TimeSpan.Zero);
        (Peer client, Peer backend) = await stage.ConnectClientAsync();

        (HttpStatusCode status, _) = await stage.SendAsync(
            HttpMethod.Post, "v1/backends/site/a", $$"""{"state":"{{state}}","drainTimeout":"{{timeout}}"}""");

        Assert.Equal(HttpStatusCode.OK, status);
        if (closes)
        {
            await Waiting.UntilAsync(() => !stage.Balancer.GetConnections().Any(), "the drained backend holds nothing");
            Assert.Equal(1, stage.Balancer.GetStatus().Closed[CloseReason.Drained]);
        }
        else
        {
            Assert.Single(stage.Balancer.GetConnections());
        }

        client.Dispose();
        backend.Dispose();
    }

    [Theory]
    [InlineData("client=127.0.0.1", 1)]
    [InlineData("client=127.0.0.0/8", 1)]
    [InlineData("client=127.0.0.2", 0)]
    [InlineData("client=::1", 0)]
    [InlineData("pool=site", 1)]
    [InlineData("pool=other", 0)]
    [InlineData("limit=1", 1)]
    public async Task ReadConnections_Filter_ShowsOnlyThose(string query, int expected)
    {
        await using AdminStage stage = await AdminStage.StartAsync();
        (Peer client, Peer backend) = await stage.ConnectClientAsync();

        (HttpStatusCode status, JsonElement body) = await stage.SendAsync(HttpMethod.Get, $"v1/connections?{query}");

        Assert.Equal((HttpStatusCode.OK, expected, false), (status, body.GetProperty("connections").GetArrayLength(), body.GetProperty("isTruncated").GetBoolean()));
        client.Dispose();
        backend.Dispose();
    }

    [Fact]
    public async Task ReadConnections_MoreThanTheLimit_SaysSo()
    {
        await using AdminStage stage = await AdminStage.StartAsync();
        (Peer client, Peer backend) = await stage.ConnectClientAsync();
        (Peer client2, Peer backend2) = await stage.ConnectClientAsync();

        (_, JsonElement body) = await stage.SendAsync(HttpMethod.Get, "v1/connections?limit=1");

        Assert.Equal((1, true), (body.GetProperty("connections").GetArrayLength(), body.GetProperty("isTruncated").GetBoolean()));
        Array.ForEach([client, client2, backend, backend2], peer => peer.Dispose());
    }

    [Fact]
    public async Task CloseConnection_ItsId_EndsItOnceAndIsUnknownThen()
    {
        await using AdminStage stage = await AdminStage.StartAsync();
        (Peer client, Peer backend) = await stage.ConnectClientAsync();
        string id = Assert.Single(stage.Balancer.GetConnections()).Id;

        (HttpStatusCode first, _) = await stage.SendAsync(HttpMethod.Delete, $"v1/connections/{id}");
        await Waiting.UntilAsync(() => !stage.Balancer.GetConnections().Any(), "the killed connection is gone");
        (HttpStatusCode second, JsonElement error) = await stage.SendAsync(HttpMethod.Delete, $"v1/connections/{id}");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (first, second));
        Assert.Equal($"there is no connection '{id}'; it may have ended", error.GetProperty("error").GetString());
        Assert.Equal(1, stage.Balancer.GetStatus().Closed[CloseReason.Killed]);
        client.Dispose();
        backend.Dispose();
    }

    [Fact]
    public async Task CloseConnection_TheSameIdByManyAtOnce_AnswersEveryRequest()
    {
        const int AtOnce = 30;
        await using AdminStage stage = await AdminStage.StartAsync();
        for (int round = 0; round < 3; round++)
        {
            (Peer client, Peer backend) = await stage.ConnectClientAsync();
            string id = stage.Balancer.GetConnections().Single().Id;

            (HttpStatusCode Status, JsonElement Body)[] answers = await Task.WhenAll(
                Enumerable.Range(0, AtOnce).Select(_ => stage.SendAsync(HttpMethod.Delete, $"v1/connections/{id}"))).WaitAsync(TimeSpan.FromSeconds(30));

            Assert.Equal([HttpStatusCode.OK, .. Enumerable.Repeat(HttpStatusCode.NotFound, AtOnce - 1)], answers.Select(answer => answer.Status).Order());
            client.Dispose();
            backend.Dispose();
        }
    }

    [Fact]
    public async Task ReadAffinity_ClientWithAConnection_ShowsItWithoutAnEnd()
    {
        await using AdminStage stage = await AdminStage.StartAsync();
        (Peer client, Peer backend) = await stage.ConnectClientAsync();

        (_, JsonElement body) = await stage.SendAsync(HttpMethod.Get, "v1/affinity?pool=site");

        JsonElement entry = Assert.Single(body.GetProperty("entries").EnumerateArray());
        Assert.Equal(("127.0.0.1", 1, false), (entry.GetProperty("client").GetString(), entry.GetProperty("connections").GetInt32(), entry.TryGetProperty("expiresInSeconds", out _)));
        client.Dispose();
        backend.Dispose();
    }

    [Fact]
    public async Task Compare_AnotherWeight_NamesItAndChangesNothing()
    {
        await using AdminStage stage = await AdminStage.StartAsync();
        string address = stage.Backend.EndPoint.ToString();
        string yaml = $"listeners: {{ web: {{ bind: 127.0.0.1:0, pool: site }} }}\npools: {{ site: {{ affinity: {{}}, backends: {{ a: {{ address: {address}, weight: 3 }}, b: {{ address: {address.Replace("127.0.0.1", "127.0.0.2", StringComparison.Ordinal)}, weight: 0 }} }} }} }}\n";

        (HttpStatusCode status, JsonElement body) = await stage.SendAsync(HttpMethod.Post, "v1/diff", yaml, "application/yaml");

        JsonElement change = Assert.Single(body.GetProperty("changes").EnumerateArray());
        Assert.Equal(
            (HttpStatusCode.OK, "changed", "pools.site.backends.a.weight", "2", "3"),
            (status, change.GetProperty("kind").GetString(), change.GetProperty("path").GetString(), change.GetProperty("before").GetString(), change.GetProperty("after").GetString()));
        Assert.Equal(2, stage.Balancer.GetStatus().Pools[0].Backends[0].Weight);
    }

    [Fact]
    public async Task Compare_MistakesInTheDocument_ListsThemWithLines()
    {
        await using AdminStage stage = await AdminStage.StartAsync();

        (HttpStatusCode status, JsonElement body) = await stage.SendAsync(HttpMethod.Post, "v1/diff", "listeners: {}\npool: 1\n", "application/yaml");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains(body.GetProperty("mistakes").EnumerateArray(), mistake => mistake.GetProperty("line").GetInt32() == 2 && mistake.GetProperty("path").GetString() == "pool");
    }
}
