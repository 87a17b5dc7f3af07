// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Control.Model;
using LbEngine.Files;
using LbEngine.Observability;
using LbEngine.Transport;
using LbEngine.Transport.Linux;
using Microsoft.Extensions.Logging;

namespace LbEngine.Control.Succession;

/// <summary>Waits for the engine that follows this one, and hands it the listening sockets. One caller at a time.</summary>
internal sealed class Successor : IDisposable
{
    private readonly EngineState _state;
    private readonly Predecessor _predecessor;
    private readonly ITransport _transport;
    private readonly Func<byte[]> _remember;
    private readonly ILogger _logger;
    private Socket? _link; // says to the successor that this engine has not ended

    /// <summary>Nobody is awaited yet.</summary>
    /// <param name="state">What the engine does.</param>
    /// <param name="predecessor">Whom this engine has followed itself.</param>
    /// <param name="transport">Whose sockets are handed over.</param>
    /// <param name="remember">What a successor is told of the flows that live, see <see cref="FlowMemory"/>.</param>
    /// <param name="logger">The engine's logger.</param>
    public Successor(EngineState state, Predecessor predecessor, ITransport transport, Func<byte[]> remember, ILogger logger)
    {
        _remember = remember;
        _state = state;
        _predecessor = predecessor;
        _transport = transport;
        _logger = logger;
    }

    /// <summary>
    /// Returns when a successor serves; one that fails is logged, and the next one awaited. An engine that drains still has clients to hand over, as long as
    /// its listening sockets are open.
    /// </summary>
    /// <param name="socketPath">A path that only this user may reach; the file is made with mode 0600 and removed in the end.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">There is nothing to hand over.</exception>
    public async Task HandOverAsync(string socketPath, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(socketPath);
        if (!_state.IsRunning || _transport.ListeningDescriptors.Count == 0)
        {
            throw new InvalidOperationException(
                $"There are no listening sockets to hand over: the engine is {_state.Current}, over the {_transport.Name} transport.");
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _state.Stopping);
        _link = await SendAsync(socketPath, either.Token).ConfigureAwait(false);
        _state.NoteHandedOver();
        await _transport.HandedOverAsync().ConfigureAwait(false);
    }

    /// <summary>This engine has ended: its successor learns that nothing is left here.</summary>
    public void Dispose() => _link?.Dispose();

    private async Task<Socket> SendAsync(string socketPath, CancellationToken cancellationToken)
    {
        using SocketFile place = SocketFile.Bind(socketPath);
        place.Socket.Listen();
        while (true)
        {
            Socket successor = await AcceptAsync(place.Socket, cancellationToken).ConfigureAwait(false);
            bool serves = false;
            try
            {
                serves = await TrySendAsync(successor, cancellationToken).ConfigureAwait(false);
                if (serves)
                {
                    return successor;
                }
            }
            finally
            {
                if (!serves)
                {
                    successor.Dispose();
                }
            }
        }
    }

    /// <summary>Only as long as there is something to hand over; one that has come by then is served to the end.</summary>
    private async Task<Socket> AcceptAsync(Socket listening, CancellationToken cancellationToken)
    {
        using var open = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _state.Closing);
        return await listening.AcceptAsync(open.Token).ConfigureAwait(false);
    }

    private async Task<bool> TrySendAsync(Socket successor, CancellationToken cancellationToken)
    {
        try
        {
            SocketTrust.CheckClient(successor);
        }
        catch (UnauthorizedAccessException exception)
        {
            EngineLog.HandOverFailed(_logger, exception.Message);
            return false;
        }

        IReadOnlyList<int> listening = _transport.ShareListeningDescriptors();
        if (await HandOver.SendAsync(successor, [.. listening, .. _predecessor.Links], _remember(), cancellationToken).ConfigureAwait(false))
        {
            EngineLog.HandedOver(_logger, listening.Count);
            return true;
        }

        EngineLog.HandOverFailed(_logger, "it ended, or did not answer within a minute");
        return false;
    }
}
