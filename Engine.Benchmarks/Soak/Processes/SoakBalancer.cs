// SPDX-License-Identifier: MIT
using System.Net.Http.Json;
using LbEngine.Admin.Messages;
using LbEngine.Benchmarks.Commands;
using LbEngine.Benchmarks.Measuring;

namespace LbEngine.Benchmarks.Soak.Processes;

/// <summary>The balancer of the run: the process that serves now, those that it has replaced and that still drain, and its admin interface.</summary>
internal sealed class SoakBalancer : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(SoakDocument.DrainSeconds + 15);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("lb-soak-");
    private readonly List<(BalancerRun Run, Task End)> _leaving = [];
    private readonly SoakSettings _settings;
    private readonly Action<string> _complain;
    private readonly HttpClient _admin;
    private BalancerRun? _current;
    private int _step;

    public SoakBalancer(SoakSettings settings, Action<string> complain)
    {
        _settings = settings;
        _complain = complain;
        _admin = AdminSocket.Open(SocketFile, Limit);
    }

    private string SocketFile => Path.Combine(_directory.FullName, "lb.sock");

    private string ConfigurationFile => Path.Combine(_directory.FullName, "lb.json");

    private BalancerRun Current => _current ?? throw new InvalidOperationException("The balancer was not started.");

    public int ProcessId => Current.Id;

    public bool HasExited => Current.HasExited;

    public async Task StartAsync()
    {
        Write(isSettled: true);
        _current = BalancerRun.Start(_settings.OpenFiles, ConfigurationFile, takesOver: false, _complain);
        await _current.WaitUntilReadyAsync(Limit);
    }

    /// <summary>Another process goes on; this one drains and must end by itself.</summary>
    public async Task ReplaceAsync()
    {
        BalancerRun old = Current;
        BalancerRun next = BalancerRun.Start(_settings.OpenFiles, ConfigurationFile, takesOver: true, _complain);
        _current = next;
        _leaving.Add((old, old.EndAsync(DrainLimit, "a process that was replaced")));
        await next.WaitUntilReadyAsync(Limit);
    }

    /// <summary>The next configuration.</summary>
    public async Task ReloadAsync(bool isSettled)
    {
        Write(isSettled);
        using HttpResponseMessage response = await _admin.PostAsync("/v1/reload", content: null);
        if (!response.IsSuccessStatusCode)
        {
            _complain($"reload {_step} was refused: {await response.Content.ReadAsStringAsync()}");
        }
    }

    /// <summary>As the operator does it. A backend that is not configured at the moment is no mistake.</summary>
    public async Task ChangeAsync(int backend, object change)
    {
        using HttpResponseMessage response = await _admin.PostAsJsonAsync($"/v1/backends/site/b{backend}", change);
        if (!response.IsSuccessStatusCode)
        {
            _complain($"a change of backend {backend} was refused: {await response.Content.ReadAsStringAsync()}");
        }
    }

    public Task<StatusMessage> ReadStatusAsync() => ReadAsync<StatusMessage>("/v1/status");

    public Task<BackendListMessage> ReadBackendsAsync() => ReadAsync<BackendListMessage>("/v1/backends");

    public Task<ConnectionListMessage> ReadConnectionsAsync(int limit) => ReadAsync<ConnectionListMessage>($"/v1/connections?limit={limit}");

    /// <summary>Closes one; false when it had ended.</summary>
    public async Task<bool> CloseAsync(string id)
    {
        using HttpResponseMessage response = await _admin.DeleteAsync($"/v1/connections/{id}");
        return response.IsSuccessStatusCode;
    }

    /// <summary>Those that were replaced have ended.</summary>
    public async Task WaitForReplacedAsync()
    {
        foreach ((BalancerRun run, Task end) in _leaving)
        {
            await end;
            run.Dispose();
        }

        _leaving.Clear();
    }

    public async Task StopAsync()
    {
        Current.Terminate();
        await Current.EndAsync(DrainLimit, "the last process");
    }

    public string ReadOutput() => Current.ReadOutput();

    public void Dispose()
    {
        _current?.Dispose();
        _leaving.ForEach(pair => pair.Run.Dispose());
        _admin.Dispose();
        _directory.Delete(recursive: true);
    }

    private async Task<T> ReadAsync<T>(string path) =>
        await _admin.GetFromJsonAsync<T>(path) ?? throw new CannotRunException($"The balancer answered nothing at {path}.");

    // A reader must never meet half a file.
    private void Write(bool isSettled)
    {
        string whole = ConfigurationFile + ".next";
        File.WriteAllText(whole, SoakDocument.Write(_settings.Seed, _step++, _settings.Transport, SocketFile, isSettled));
        File.Move(whole, ConfigurationFile, overwrite: true);
    }
}
