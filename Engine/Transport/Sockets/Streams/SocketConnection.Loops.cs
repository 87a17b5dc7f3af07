// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using LbEngine.Lifecycle;
using LbEngine.Observability;

namespace LbEngine.Transport.Sockets.Streams;

/// <content>The two loops, and the inspection that comes before them where the listener inspects. Each begins with a reference and lets go of it.</content>
internal sealed partial class SocketConnection
{
    // Made for the first client of this object that is inspected.
    private ClientInspection? _inspection;

    /// <summary>Waits until the first bytes say where the client goes, then begins both loops: it holds the references of both till then.</summary>
    private async Task RunInspectionAsync()
    {
        bool isPlaced = false;
        try
        {
            _inspection ??= new ClientInspection(_shared, this);
            isPlaced = await _inspection.RunAsync(_client, _fromClient.Receiving).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Fail(exception);
        }

        if (isPlaced)
        {
            _isInspecting = false;
            _ = RunFromBackendAsync();
            _ = RunFromInspectedClientAsync(_inspection!);
        }
        else
        {
            _inspection?.GiveBack();
            Leave();
            Leave();
        }
    }

    /// <summary>
    /// Waits for the client while the backend is being connected, so that a client which gives up is noticed; its bytes and its end
    /// stay in the kernel until then.
    /// </summary>
    private async Task RunFromClientAsync()
    {
        try
        {
            if (await WatchClientAsync().ConfigureAwait(false) && await _gate.WaitAsync().ConfigureAwait(false))
            {
                await _fromClient.RelayAsync(_client, _backend!).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>The same for a client of which bytes were taken to be inspected: they are the first that the backend gets, whether more come or not.</summary>
    private async Task RunFromInspectedClientAsync(ClientInspection inspection)
    {
        try
        {
            ValueTask<bool> watching = WatchClientAsync();
            bool isServed = await _gate.WaitAsync().ConfigureAwait(false)
                && await inspection.PassOnAsync(_fromClient, _backend!).ConfigureAwait(false);

            // Where that is false the sockets are closed, so that nothing waits any more.
            if (await watching.ConfigureAwait(false) && isServed)
            {
                await _fromClient.RelayAsync(_client, _backend!).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
        finally
        {
            inspection.GiveBack();
            Leave();
        }
    }

    private async Task RunFromBackendAsync()
    {
        try
        {
            Socket? backend = await _connector.ConnectAsync(_fromBackend.Receiving).ConfigureAwait(false);
            bool isConnected = backend is not null && TryBeginRelay(backend);
            _gate.Open(isConnected);
            if (isConnected)
            {
                await _fromBackend.RelayAsync(backend!, _client).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
            _gate.Open(false);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Waits for input of the client, holding no buffer. False when there will be none: then the connection has ended.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> WatchClientAsync()
    {
        SocketResult input = await _fromClient.Receiving.WaitForInputAsync(_client).ConfigureAwait(false);
        bool isRelaying = IsRelaying();

        // An empty receive completes for a reset as it does for bytes; only the socket's error tells them apart.
        if (!input.IsSuccess || (!isRelaying && SocketClosing.IsReset(_client)))
        {
            End(isRelaying ? CloseReason.ClientReset : CloseReason.ClientAborted);
            return false;
        }

        return true;
    }

    private bool TryBeginRelay(Socket backend)
    {
        lock (_lock)
        {
            if (!_state.IsEnded)
            {
                _backend = backend;
            }
        }

        if (_backend is null)
        {
            SocketClosing.Close(backend, withReset: true);
            return false;
        }

        long now = _shared.ReadMilliseconds();
        _shared.Forwarder.Connected(this, now);

        // The timer of the connect stays where it is: when it fires, a connection of that age gets its keep-alive, and its
        // idle timer. Most never live so long.
        if (now + Listener.IdleTimeoutMilliseconds < _connector.Deadline)
        {
            _shared.Timers.Schedule(this, now + Listener.IdleTimeoutMilliseconds);
        }

        return true;
    }

    private void Fail(Exception exception)
    {
        EngineLog.TransportUnexpected(_shared.Context.Logger, exception, SocketsTransport.TransportName);
        End(CloseReason.InternalError);
    }
}
