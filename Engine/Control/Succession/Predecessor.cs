// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Transport.Linux;

namespace LbEngine.Control.Succession;

/// <summary>Where the listening sockets of this process come from: an engine that it follows, or whoever started it. One caller at a time.</summary>
internal sealed class Predecessor : IDisposable
{
    private readonly string? _path;
    private readonly IReadOnlyList<int> _inherited;
    private Socket? _connection;

    /// <summary>Names where sockets may come from; nothing happens yet.</summary>
    /// <param name="path">Where an engine waits for its successor; null for no such engine.</param>
    /// <param name="inherited">Descriptors that this process was started with.</param>
    public Predecessor(string? path, IReadOnlyList<int> inherited)
    {
        _path = path;
        _inherited = inherited;
    }

    public bool IsWanted => _path is not null || _inherited.Count > 0;

    /// <summary>The listening sockets that this process was given; the caller owns them.</summary>
    /// <exception cref="IOException">There is a predecessor, but it did not hand anything over.</exception>
    public IReadOnlyList<int> Inherit()
    {
        if (_path is null)
        {
            return _inherited;
        }

        _connection = HandOver.TryConnect(_path);
        return _connection is null ? _inherited : [.. _inherited, .. HandOver.Receive(_connection)];
    }

    /// <summary>This engine serves: the predecessor may end.</summary>
    public void Confirm()
    {
        if (_connection is not null)
        {
            HandOver.Confirm(_connection);
            Dispose();
        }
    }

    public void Dispose()
    {
        _connection?.Dispose();
        _connection = null;
    }
}
