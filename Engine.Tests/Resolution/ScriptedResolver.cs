// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using LbEngine.Resolution;

namespace LbEngine.Tests.Resolution;

/// <summary>Answers as a test says, at once or when the test says so. Any thread.</summary>
internal sealed class ScriptedResolver : IHostResolver
{
    private readonly ConcurrentDictionary<string, Func<Task<IReadOnlyList<IPAddress>>>> _answers = new();
    private readonly ConcurrentQueue<string> _asked = new();

    /// <summary>Every name that was asked for, in that order.</summary>
    public IReadOnlyCollection<string> Asked => _asked;

    public int CountOf(string name) => _asked.Count(one => one == name);

    public void Answer(string name, params string[] addresses)
    {
        IReadOnlyList<IPAddress> parsed = [.. addresses.Select(IPAddress.Parse)];
        _answers[name] = () => Task.FromResult(parsed);
    }

    public void Fail(string name, SocketError error) =>
        _answers[name] = () => Task.FromException<IReadOnlyList<IPAddress>>(new SocketException((int)error));

    /// <summary>Throws where a task is expected, as one that cannot start a thread does.</summary>
    public void Throw(string name) => _answers[name] = static () => throw new InsufficientMemoryException("no memory for a thread");

    /// <summary>Does not answer before the returned source is completed.</summary>
    public TaskCompletionSource<IReadOnlyList<IPAddress>> Hold(string name)
    {
        var held = new TaskCompletionSource<IReadOnlyList<IPAddress>>();
        _answers[name] = () => held.Task;
        return held;
    }

    public Task<IReadOnlyList<IPAddress>> ResolveAsync(HostName host)
    {
        _asked.Enqueue(host.Name);
        return _answers.TryGetValue(host.Name, out Func<Task<IReadOnlyList<IPAddress>>>? answer)
            ? answer()
            : Task.FromException<IReadOnlyList<IPAddress>>(new SocketException((int)SocketError.HostNotFound));
    }
}
