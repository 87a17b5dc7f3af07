// SPDX-License-Identifier: MIT
using System.Diagnostics;
using LbEngine.Benchmarks.Commands;
using LbEngine.Benchmarks.Measuring;

namespace LbEngine.Benchmarks.Scale.Processes;

/// <summary>The real <c>lb run</c>, built beside this program, with its file and admin socket in a directory of its own.</summary>
internal sealed class BalancerProcess : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("lb-scale-");
    private readonly ProcessTree _process;
    private readonly HttpClient _admin;

    /// <summary>Starts it and waits until it serves.</summary>
    public BalancerProcess(string cores, BalancerDocument document)
    {
        Write(document);
        _process = ProcessTree.Start(cores, "dotnet", [Path.Combine(AppContext.BaseDirectory, "lb.dll"), "run", ConfigurationFile, "--log-level", "warning"]);
        _admin = AdminSocket.Open(SocketFile, Limit);
        long start = Stopwatch.GetTimestamp();
        while (!IsServing())
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(start) > Limit)
            {
                string output = _process.ReadOutput();
                Dispose();
                throw new CannotRunException($"lb does not serve. It said: {output}");
            }

            Thread.Sleep(20);
        }
    }

    private string ConfigurationFile => Path.Combine(_directory.FullName, "lb.json");

    private string SocketFile => Path.Combine(_directory.FullName, "lb.sock");

    public long ReadPrivateBytes() => _process.ReadPrivateBytes();

    /// <summary>Processor time in microseconds that it takes while something happens.</summary>
    public double Measure(Action action)
    {
        double before = _process.ReadProcessorMicroseconds();
        action();
        return _process.ReadProcessorMicroseconds() - before;
    }

    /// <summary>Reloads with another configuration; returns how long the answer took.</summary>
    public TimeSpan Reload(BalancerDocument document)
    {
        Write(document);
        long start = Stopwatch.GetTimestamp();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/reload");
        using HttpResponseMessage response = _admin.Send(request);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        return response.IsSuccessStatusCode ? elapsed : throw new CannotRunException($"The reload was refused: {ReadAll(response)}");
    }

    public void Dispose()
    {
        // Its connections are of no interest any more: it need not drain them.
        _process.Kill();
        _process.Dispose();
        _admin?.Dispose();
        _directory.Delete(recursive: true);
    }

    private static string ReadAll(HttpResponseMessage response)
    {
        using var reader = new StreamReader(response.Content.ReadAsStream());
        return reader.ReadToEnd();
    }

    private void Write(BalancerDocument document) => File.WriteAllText(ConfigurationFile, document.Write(SocketFile));

    private bool IsServing()
    {
        try
        {
            using HttpResponseMessage response = _admin.Send(new HttpRequestMessage(HttpMethod.Get, "/v1/status"));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
