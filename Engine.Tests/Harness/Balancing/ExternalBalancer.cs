// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Processes;

namespace LbEngine.Tests.Harness.Balancing;

/// <summary>Another balancer as a child process, with its configuration in a directory of its own.</summary>
internal abstract class ExternalBalancer : IBalancer
{
    // Between finding a free port and the child's bind somebody else may take it.
    private const int Attempts = 3;

    private readonly ChildProcess _process;
    private readonly DirectoryInfo _directory;

    protected ExternalBalancer(ChildProcess process, DirectoryInfo directory, IPEndPoint endPoint)
    {
        _process = process;
        _directory = directory;
        EndPoint = endPoint;
    }

    public IPEndPoint EndPoint { get; }

    public Task WaitUntilIdleAsync() => Task.CompletedTask;

    public Task<string> DescribeAsync() => Task.FromResult(string.Join(" | ", _process.Output.TakeLast(20)));

    public ValueTask DisposeAsync()
    {
        _process.Dispose();
        _directory.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    protected static async Task<T> StartAsync<T>(
        BalancerSettings settings,
        Func<DirectoryInfo, IPEndPoint, ChildProcess> launch,
        Func<ChildProcess, DirectoryInfo, IPEndPoint, T> create)
        where T : ExternalBalancer
    {
        for (int attempt = 1; ; attempt++)
        {
            IPEndPoint endPoint = FreePort.Find(IPEndPoint.Parse(settings.Bind).Address);
            DirectoryInfo directory = Directory.CreateTempSubdirectory("lb-e2e-");
            T balancer = create(launch(directory, endPoint), directory, endPoint);
            try
            {
                await balancer._process.WaitWhileAliveAsync(() => IsListening(endPoint, settings.Protocol), $"it listens on {endPoint}");
                return balancer;
            }
            catch (InvalidOperationException) when (attempt < Attempts)
            {
                await balancer.DisposeAsync();
            }
            catch
            {
                await balancer.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>Looks into the kernel's table, because a trial connect would be passed on to a backend.</summary>
    private static bool IsListening(IPEndPoint endPoint, ListenerProtocol protocol)
    {
        string version = endPoint.AddressFamily == AddressFamily.InterNetwork ? "" : "6";
        (string table, string state) = protocol == ListenerProtocol.Tcp ? ($"/proc/net/tcp{version}", "0A") : ($"/proc/net/udp{version}", "07");
        string port = $":{endPoint.Port:X4}";
        foreach (string line in File.ReadLines(table))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 3 && fields[1].EndsWith(port, StringComparison.Ordinal) && fields[3] == state)
            {
                return true;
            }
        }

        return false;
    }
}
