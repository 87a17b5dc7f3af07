// SPDX-License-Identifier: MIT
using LbEngine.Hosting;
using LbEngine.Testing;
using LbEngine.Tests.Harness;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LbEngine.Tests.Hosting;

/// <summary>A host with an engine that goes by a section, on a network in memory.</summary>
internal sealed class HostStage : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly ChangingConfiguration _configuration = new();

    public HostStage(TimeSpan? shutdownTimeout = null, bool followChanges = true, params (string Key, string Value)[] settings)
    {
        Network = new MemoryNetwork(Time);
        Network.AddBackend("10.0.0.1:80");
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        Change(("listeners:web:bind", "192.0.2.1:80"), ("listeners:web:pool", "site"), ("pools:site:backends:a:address", "10.0.0.1:80"));
        Change([.. settings.Select(setting => (setting.Key, (string?)setting.Value))]);
        ((IConfigurationBuilder)builder.Configuration).Add(_configuration);
        builder.Services.AddSingleton<ILoggerFactory>(Log);
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = shutdownTimeout ?? TimeSpan.FromSeconds(30));
        builder.Services.AddLoadBalancer(
            builder.Configuration.GetSection("LoadBalancer"), balancer => balancer.UseMemoryNetwork(Network), followChanges);
        _host = builder.Build();
        Balancer = _host.Services.GetRequiredService<LoadBalancer>();
    }

    public ManualTimeProvider Time { get; } = new();

    public MemoryNetwork Network { get; }

    public RecordingLoggerFactory Log { get; } = new();

    public LoadBalancer Balancer { get; }

    public IHostApplicationLifetime Lifetime => _host.Services.GetRequiredService<IHostApplicationLifetime>();

    public IEnumerable<string> Texts => Log.Lines.Select(line => line.Text);

    public Task StartAsync() => _host.StartAsync();

    public Task StopAsync() => _host.StopAsync();

    /// <summary>Sets keys of the section, null to take one away, and tells whoever listens, once.</summary>
    public void Change(params (string Key, string? Value)[] settings) =>
        _configuration.Change([.. settings.Select(setting => ("LoadBalancer:" + setting.Key, setting.Value))]);

    public Task WaitForLogAsync(string text) =>
        Waiting.UntilAsync(
            () => Texts.Any(line => line.Contains(text, StringComparison.Ordinal)), $"the log says: {text}", null, () => string.Join('\n', Texts));

    public async ValueTask DisposeAsync()
    {
        await Balancer.DisposeAsync();
        _host.Dispose();
    }
}
