// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using LbEngine.Benchmarks.Commands;
using LbEngine.Benchmarks.Measuring;

namespace LbEngine.Benchmarks.Scale.Processes;

/// <summary>
/// The echo backend, in a process of its own because it needs as many descriptors as the load. It listens on every address, so it can stand for
/// thousands of backends.
/// </summary>
internal sealed class BackendProcess : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly ProcessTree _process;

    /// <param name="cores">Where it runs.</param>
    /// <param name="command">An echo command of this program.</param>
    /// <param name="port">Where it listens.</param>
    /// <param name="threads">How many threads serve; a TCP backend only.</param>
    public BackendProcess(string cores, string command, int port, int threads = 1)
    {
        string[] words = [command, "--bind", $"{IPAddress.Any}", "--port", $"{port}"];
        string[] further = threads > 1 ? ["--threads", $"{threads}"] : [];
        _process = ProcessTree.Start(cores, "dotnet", [typeof(BackendProcess).Assembly.Location, .. words, .. further]);
        long start = Stopwatch.GetTimestamp();
        while (!IsListening(port))
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(start) > Limit)
            {
                string output = _process.ReadOutput();
                Dispose();
                throw new CannotRunException($"The backend does not listen on port {port}. It said: {output}");
            }

            Thread.Sleep(20);
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    private static bool IsListening(int port)
    {
        IPGlobalProperties all = IPGlobalProperties.GetIPGlobalProperties();
        return all.GetActiveTcpListeners().Concat(all.GetActiveUdpListeners()).Any(endPoint => endPoint.Port == port);
    }
}
