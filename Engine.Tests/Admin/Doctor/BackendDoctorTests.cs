// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Admin;
using LbEngine.Admin.Doctor;
using LbEngine.Configuration;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Runs;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.Admin.Doctor;

/// <summary>The doctor of an engine in the same process.</summary>
[Collection(EndToEndGroup.Name)]
[Trait(Quick.Category, Quick.Slow)]
public sealed class BackendDoctorTests : IDisposable
{
    private readonly ClosedPort _closed = new();
    private readonly AnsweringBackend _silent = new("");
    private readonly AnsweringBackend _healthy = new(AnsweringBackend.Http(200));

    public void Dispose()
    {
        _closed.Dispose();
        _silent.Dispose();
        _healthy.Dispose();
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task DiagnoseAsync_ClosedSilentAndHealthyBackend_AreToldApart(TransportKind transport)
    {
        await using LoadBalancer balancer = Build(transport);
        await balancer.StartAsync();

        BackendDiagnosis closed = Assert.Single(await balancer.DiagnoseAsync("site", "closed"));
        BackendDiagnosis silent = Assert.Single(await balancer.DiagnoseAsync("site", "silent"));
        BackendDiagnosis healthy = Assert.Single(await balancer.DiagnoseAsync("site", "healthy"));

        Assert.Equal((DiagnosisCause.Refused, DiagnosisCause.Silent, DiagnosisCause.Healthy), (closed.Cause, silent.Cause, healthy.Cause));
        Assert.Equal((false, false, true), (closed.IsHealthy, silent.IsHealthy, healthy.IsHealthy));
        Assert.Equal(("site", "closed", _closed.EndPoint.ToString(), ExaminationKind.Http), (closed.Pool, closed.Backend, closed.Address, closed.Kind));
        Assert.Contains("nothing listens", closed.Explanation, StringComparison.Ordinal);
        Assert.Contains(closed.Evidence, line => line.Contains("the balancer says: ready", StringComparison.Ordinal));
        Assert.NotEmpty(closed.NextSteps);
    }

    [Fact]
    public async Task DiagnoseAllAsync_EveryBackend_ComesInTheOrderOfTheConfiguration()
    {
        await using LoadBalancer balancer = Build(TransportKind.Sockets);

        IReadOnlyList<BackendDiagnosis> all = await balancer.DiagnoseAllAsync();

        Assert.Equal(["closed", "silent", "healthy"], all.Select(one => one.Backend));
        Assert.StartsWith($"site/closed {_closed.EndPoint} (http): refused\n  cause  nothing listens", all[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DiagnoseAsync_AnotherQuestion_IsAskedInsteadOfThePools()
    {
        await using LoadBalancer balancer = Build(TransportKind.Sockets);
        var request = new DoctorRequest { Port = _healthy.EndPoint.Port, ExpectStatus = "404" };

        BackendDiagnosis diagnosis = Assert.Single(await balancer.DiagnoseAsync("site", "closed", request));

        Assert.Equal((DiagnosisCause.WrongStatus, _healthy.EndPoint.ToString()), (diagnosis.Cause, diagnosis.Address));
    }

    [Theory]
    [InlineData("site", "none", "There is no backend site/none; there are: site/closed, site/silent, site/healthy.")]
    [InlineData("other", "closed", "There is no backend other/closed; there are: site/closed, site/silent, site/healthy.")]
    public async Task DiagnoseAsync_UnknownName_SaysWhichThereAre(string pool, string backend, string message)
    {
        await using LoadBalancer balancer = Build(TransportKind.Sockets);

        ArgumentException exception = await Assert.ThrowsAsync<ArgumentException>(() => balancer.DiagnoseAsync(pool, backend));

        Assert.Equal(message, exception.Message);
    }

    [Fact]
    public async Task DiagnoseAsync_RequestWithMistakes_ListsAllOfThem()
    {
        await using LoadBalancer balancer = Build(TransportKind.Sockets);
        var request = new DoctorRequest { Port = 0, HttpPath = "healthz", ExpectStatus = "abc", Host = "a b", Send = "hex:0", Timeout = TimeSpan.Zero };

        ArgumentException exception = await Assert.ThrowsAsync<ArgumentException>(() => balancer.DiagnoseAllAsync(request));

        Assert.Equal(["timeout", "port", "httpPath", "expectStatus", "host", "send"], request.Check().Select(mistake => mistake.Path));
        Assert.All(request.Check(), mistake => Assert.Contains(mistake.Message, exception.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task DiagnoseAsync_Cancelled_Ends()
    {
        await using LoadBalancer balancer = Build(TransportKind.Sockets);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => balancer.DiagnoseAsync("site", "silent", cancellationToken: new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task DiagnoseConfigurationAsync_HostName_IsExaminedByAddressAndTheOptionsStay()
    {
        var options = new LoadBalancerOptions();
        options.Pools["site"] = new BackendPoolOptions { Resolve = { Family = ResolveFamily.Ipv4 } };
        options.Pools["site"].Backends["a"] = new BackendOptions { Address = $"localhost:{_closed.EndPoint.Port}" };

        BackendDiagnosis diagnosis = Assert.Single(await BackendDoctor.DiagnoseConfigurationAsync(options, "site", "a"));

        Assert.Equal(("a@127.0.0.1", DiagnosisCause.Refused), (diagnosis.Backend, diagnosis.Cause));
        Assert.Equal($"localhost:{_closed.EndPoint.Port}", Assert.Single(options.Pools["site"].Backends).Value.Address);
    }

    [Fact]
    public async Task DiagnoseAsync_PoolWithBothProtocols_AsksBoth()
    {
        using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        udp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using LoadBalancer balancer = new LoadBalancerBuilder()
            .AddListener("tcp", "127.0.0.1:0", "both")
            .AddUdpListener("udp", "127.0.0.1:0", "both")
            .AddPool("both", pool => pool.AddBackend("a", udp.LocalEndPoint!.ToString()!))
            .Build();
        var request = new DoctorRequest { Timeout = TimeSpan.FromMilliseconds(200) };

        IReadOnlyList<BackendDiagnosis> both = await balancer.DiagnoseAsync("both", "a", request);
        BackendDiagnosis tcp = Assert.Single(await balancer.DiagnoseAsync("both", "a", request with { HttpPath = "/" }));

        Assert.Equal([ExaminationKind.Tcp, ExaminationKind.Udp], both.Select(one => one.Kind));
        Assert.Equal(ExaminationKind.Http, tcp.Kind);
    }

    private LoadBalancer Build(TransportKind transport) => new LoadBalancerBuilder()
        .Configure(options => options.Transport = transport)
        .AddListener("web", "127.0.0.1:0", "site")
        .AddPool("site", pool =>
        {
            pool.Health = new HealthOptions
            {
                Type = HealthCheckType.Http,
                Interval = TimeSpan.FromHours(1),
                Timeout = TimeSpan.FromMilliseconds(500),
                Fall = 100,
            };
            pool.AddBackend("closed", _closed.EndPoint.ToString());
            pool.AddBackend("silent", _silent.EndPoint.ToString());
            pool.AddBackend("healthy", _healthy.EndPoint.ToString());
        })
        .Build();
}
