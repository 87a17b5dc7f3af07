// SPDX-License-Identifier: MIT
using System.Net.Sockets;

namespace LbEngine.Control.Succession;

/// <summary>
/// The engines before this one that still drain. Each keeps its end of a socket open until its last connection has ended, or its process has. Any
/// thread.
/// </summary>
internal sealed class Lineage : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<Socket> _links = [];
    private bool _isDisposed;

    public bool IsRunning
    {
        get
        {
            lock (_lock)
            {
                return _links.Count > 0;
            }
        }
    }

    /// <summary>Of the links that are open now. They stay open here.</summary>
    public IReadOnlyList<int> Descriptors
    {
        get
        {
            lock (_lock)
            {
                return [.. _links.Select(static link => (int)link.Handle)];
            }
        }
    }

    /// <summary>Watches a link, which belongs to this from now on.</summary>
    public void Watch(Socket link)
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                link.Dispose();
                return;
            }

            _links.Add(link);
        }

        _ = WatchAsync(link);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _links.ForEach(static link => link.Dispose());
            _links.Clear();
        }
    }

    private async Task WatchAsync(Socket link)
    {
        try
        {
            // Nothing is ever sent this way.
            byte[] buffer = new byte[1];
            while (await link.ReceiveAsync(buffer).ConfigureAwait(false) > 0)
            {
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Its process was killed, or this engine ends.
        }

        lock (_lock)
        {
            _links.Remove(link);
        }

        link.Dispose();
    }
}
