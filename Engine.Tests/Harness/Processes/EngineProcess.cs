// SPDX-License-Identifier: MIT
using System.Net;
using System.Text.Json;
using LbEngine.Configuration;
using LbEngine.Tests.Harness.Balancing;

namespace LbEngine.Tests.Harness.Processes;

/// <summary>
/// This engine in a process of its own, for tests that limit or starve a whole process. The other half is <see cref="EngineProcessProgram"/>.
/// </summary>
internal sealed class EngineProcess : IBalancer
{
    private readonly ChildProcess _child;
    private readonly bool _hasFlows;
    private int _reports;

    private EngineProcess(ChildProcess child, IPEndPoint endPoint, bool hasFlows)
    {
        _child = child;
        _hasFlows = hasFlows;
        EndPoint = endPoint;
    }

    public IPEndPoint EndPoint { get; }

    public ChildProcess Child => _child;

    /// <summary>Starts it, by way of <paramref name="launcher"/> (a program and its arguments) when one is given.</summary>
    public static async Task<EngineProcess> StartAsync(TransportKind transport, BalancerSettings settings, params IEnumerable<string> launcher)
    {
        List<string> command = [.. launcher, .. OwnProgram.Command(EngineProcessProgram.Name, transport.ToString(), JsonSerializer.Serialize(settings))];
        ChildProcess child = ChildProcess.Start(command[0], command.Skip(1));
        try
        {
            string endPoint = await child.WaitForLineAsync(EngineProcessProgram.ListeningPrefix, limit: TimeSpan.FromSeconds(20));
            return new EngineProcess(child, IPEndPoint.Parse(endPoint), settings.Protocol == ListenerProtocol.Udp || settings.BothProtocols);
        }
        catch
        {
            child.Dispose();
            throw;
        }
    }

    /// <summary>Asks it how it is.</summary>
    public async Task<EngineReport> ReportAsync()
    {
        _child.WriteLine("report");
        string json = await _child.WaitForLineAsync(EngineProcessProgram.ReportPrefix, _reports++);
        return JsonSerializer.Deserialize<EngineReport>(json)!;
    }

    /// <summary>Asks again and again until its report is as wanted.</summary>
    public async Task<EngineReport> WaitForReportAsync(Func<EngineReport, bool> isSo, string what, TimeSpan? limit = null)
    {
        EngineReport report = await ReportAsync();
        long start = Environment.TickCount64;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!isSo(report))
        {
            if (Environment.TickCount64 - start > (limit ?? Waiting.DefaultLimit).TotalMilliseconds)
            {
                throw new TimeoutException($"Waited {limit ?? Waiting.DefaultLimit} until {what}. Last report: {report}.");
            }

            await timer.WaitForNextTickAsync();
            report = await ReportAsync();
        }

        return report;
    }

    /// <summary>Waits until nothing lives in it; flows do not end with their clients, so that one with flows is not asked.</summary>
    public async Task WaitUntilIdleAsync()
    {
        if (!_child.HasExited && !_hasFlows)
        {
            await WaitForReportAsync(report => report.Active == 0 && report.BackendActive.Sum() == 0, "nothing lives in the engine's process");
        }
    }

    public async Task<string> DescribeAsync() => $"{await ReportAsync()}; output: {string.Join(" | ", _child.Output.TakeLast(5))}";

    public ValueTask DisposeAsync()
    {
        _child.Dispose();
        return ValueTask.CompletedTask;
    }
}
