// SPDX-License-Identifier: MIT
namespace LbEngine.Transport.Sockets.Streams;

/// <summary>Connections whose ends somebody waits for. Under the lock of <see cref="LiveConnections"/>.</summary>
internal sealed class AwaitedEnds
{
    private readonly HashSet<SocketConnection> _left;
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public AwaitedEnds(IEnumerable<SocketConnection> connections) => _left = [.. connections];

    /// <summary>Completes when all have ended. Any thread.</summary>
    public Task All => _all.Task;

    /// <summary>True when that was the last one.</summary>
    public bool OnEnded(SocketConnection connection)
    {
        if (!_left.Remove(connection) || _left.Count > 0)
        {
            return false;
        }

        _all.TrySetResult();
        return true;
    }
}
