// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Control.Model;
using LbEngine.Observability;
using LbEngine.Transport;
using LbEngine.Transport.Linux;
using Microsoft.Extensions.Logging;

namespace LbEngine.Control.Succession;

/// <summary>Waits for the engine that follows this one, and hands it the listening sockets. One caller at a time.</summary>
internal sealed class Successor
{
    private readonly EngineState _state;
    private readonly ITransport _transport;
    private readonly ILogger _logger;

    public Successor(EngineState state, ITransport transport, ILogger logger)
    {
        _state = state;
        _transport = transport;
        _logger = logger;
    }

    /// <summary>Returns when a successor serves; one that fails is logged, and the next one awaited.</summary>
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
        await SendAsync(socketPath, either.Token).ConfigureAwait(false);
        _state.IsHandedOver = true;
        await _transport.HandedOverAsync().ConfigureAwait(false);
    }

    private async Task SendAsync(string socketPath, CancellationToken cancellationToken)
    {
        using Socket listening = Listen(socketPath);
        try
        {
            while (true)
            {
                using Socket successor = await listening.AcceptAsync(cancellationToken).ConfigureAwait(false);
                IReadOnlyList<int> descriptors = _transport.ShareListeningDescriptors();
                if (await HandOver.SendAsync(successor, descriptors, cancellationToken).ConfigureAwait(false))
                {
                    EngineLog.HandedOver(_logger, descriptors.Count);
                    return;
                }

                EngineLog.HandOverFailed(_logger, "it ended, or did not answer within a minute");
            }
        }
        finally
        {
            File.Delete(socketPath);
        }
    }

    private static Socket Listen(string path)
    {
        using (Socket? other = HandOver.TryConnect(path))
        {
            if (other is not null)
            {
                throw new IOException($"Another process waits at {path} for its successor.");
            }
        }

        // Left by a process that was killed.
        File.Delete(path);
        var listening = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            listening.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            listening.Listen();
            return listening;
        }
        catch
        {
            listening.Dispose();
            throw;
        }
    }
}
