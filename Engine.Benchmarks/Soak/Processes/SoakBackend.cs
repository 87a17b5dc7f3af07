// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using LbEngine.Benchmarks.Commands;
using LbEngine.Benchmarks.Soak.Traffic;

namespace LbEngine.Benchmarks.Soak.Processes;

/// <summary>A backend process that is killed, paused and started again.</summary>
/// <param name="number">Which backend it is.</param>
/// <param name="complain">Takes the number of a connection, and what the backend found wrong with it.</param>
internal sealed class SoakBackend(int number, Action<long, string> complain) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan TryLimit = TimeSpan.FromSeconds(1);

    // Less than a client waits for its first byte.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly byte[] Question = [.. "GET / HTTP/1.1\r\n\r\n"u8, .. new byte[StreamPreface.RequestLength]];

    private Process? _process;

    /// <summary>Starts it and waits until it accepts.</summary>
    public async Task StartAsync()
    {
        string[] words = [typeof(SoakBackend).Assembly.Location, SoakBackendCommand.Name, "--number", $"{number}", "--port", $"{SoakPorts.Backend(number)}"];
        var info = new ProcessStartInfo("dotnet", words) { RedirectStandardInput = true, RedirectStandardOutput = true };
        Process process = Process.Start(info) ?? throw new CannotRunException("dotnet could not be started.");
        _process = process;
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.BeginOutputReadLine();
        long start = Stopwatch.GetTimestamp();
        while (!await IsListeningAsync())
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(start) > Limit)
            {
                string why = process.HasExited ? $"it has ended with exit code {process.ExitCode}" : $"{Limit.TotalSeconds} s after its start";
                throw new CannotRunException($"Backend {number} does not listen on port {SoakPorts.Backend(number)}: {why}.");
            }

            await Task.Delay(20);
        }
    }

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        if (_process is Process process)
        {
            process.Kill();
            process.WaitForExit(Limit);
            process.Dispose();
            _process = null;
        }
    }

    public void Pause() => Signal("STOP");

    /// <summary>SIGCONT. False when it does not answer its health check in time: nobody whom it has not answered yet will be.</summary>
    public async Task<bool> ContinueAsync()
    {
        Signal("CONT");
        using var limit = new CancellationTokenSource(Patience);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(SoakPorts.BackendAt(number, 0), limit.Token);
            await socket.SendAsync(Question, SocketFlags.None, limit.Token);
            return await socket.ReceiveAsync(new byte[1], SocketFlags.None, limit.Token) > 0;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>What its health check says from now on.</summary>
    public void Say(bool isSick) => _process?.StandardInput.WriteLine(isSick ? SoakBackendCommand.Sick : SoakBackendCommand.Well);

    public void Dispose() => Kill();

    private void Signal(string name)
    {
        if (_process is Process process)
        {
            using Process? kill = Process.Start("kill", [$"-{name}", process.Id.ToString(CultureInfo.InvariantCulture)]);
            kill?.WaitForExit(Limit);
        }
    }

    private void Read(string? line)
    {
        string[] words = line?.Split(' ', 3) ?? [];
        if (words.Length == 3 && words[0] == SoakBackendCommand.Complaint)
        {
            complain(long.Parse(words[1], CultureInfo.InvariantCulture), words[2]);
        }
    }

    private async Task<bool> IsListeningAsync()
    {
        // A firewall that drops what goes to this port drops this as well, and the kernel would try again for two minutes.
        using var limit = new CancellationTokenSource(TryLimit);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(SoakPorts.BackendAt(number, 0), limit.Token);
            return true;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
