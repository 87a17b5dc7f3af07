// SPDX-License-Identifier: MIT
using System.Net;
using System.Text;

namespace LbEngine.Testing;

/// <summary>A backend in the hands of a test: how it meets a connect, and what its connections do by themselves.</summary>
/// <remarks>It accepts, and echoes, until it is told otherwise. Every method that sets something returns the backend, so that calls can follow each
/// other. Any thread may call.</remarks>
/// <example>
/// <code>
/// network.AddBackend("10.0.0.1:80").Refuse();                      // fail-over
/// network.AddBackend("10.0.0.2:80").Respond("HTTP/1.1 200 OK\r\n\r\n");
/// network.AddBackend("10.0.0.3:25").OnConnected(connection => connection.Send("220 ready\r\n")).Silent();
/// </code>
/// </example>
public sealed class MemoryBackend
{
    private readonly RunQueue _queue;
    private readonly List<MemoryConnection> _connections = [];
    private readonly List<RelayEnd> _waiting = [];
    private ConnectOutcome _outcome = ConnectOutcome.Connected;
    private int _connectAttempts;
    private Action<MemoryConnection>? _connectedHandler;
    private Action<MemoryConnection, ReadOnlySpan<byte>>? _receivedHandler;
    private Action<MemoryConnection>? _finishedHandler;

    /// <summary>Internal: made by a <see cref="MemoryNetwork"/>.</summary>
    internal MemoryBackend(RunQueue queue, IPEndPoint endPoint)
    {
        _queue = queue;
        EndPoint = endPoint;
        Echo();
    }

    /// <summary>Where it is.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>The connections that it has accepted, in that order, ended ones included.</summary>
    public IReadOnlyList<MemoryConnection> Connections => _queue.Read(() => _connections.ToArray());

    /// <summary>Connects that have come so far, whatever became of them.</summary>
    public int ConnectAttempts => _queue.Read(() => _connectAttempts);

    /// <summary>From now on accepts connects, and first those that <see cref="Blackhole"/> has left without an answer.</summary>
    public MemoryBackend Accept() => Meet(ConnectOutcome.Connected);

    /// <summary>From now on answers connects with RST: nothing listens. Connections that are open go on.</summary>
    public MemoryBackend Refuse() => Meet(ConnectOutcome.Refused);

    /// <summary>From now on connects meet "no route to host". Connections that are open go on.</summary>
    public MemoryBackend Unreachable() => Meet(ConnectOutcome.Unreachable);

    /// <summary>
    /// From now on connects get no answer, until the balancer gives up or <see cref="Accept"/>, <see cref="Refuse"/> or <see cref="Unreachable"/>
    /// gives one. Connections that are open go on.
    /// </summary>
    public MemoryBackend Blackhole() => Meet(ConnectOutcome.Waiting);

    /// <summary>New connections send back whatever comes, and finish when the other side has finished. This is the default.</summary>
    public MemoryBackend Echo() => Script((connection, bytes) => connection.Answer(bytes), connection => connection.Finish());

    /// <summary>New connections read and do nothing by themselves: the test sends and finishes.</summary>
    public MemoryBackend Silent() => Script(null, null);

    /// <summary>New connections send <paramref name="answer"/> whenever bytes come, and finish when the other side has finished.</summary>
    public MemoryBackend Respond(string answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return Respond(Encoding.UTF8.GetBytes(answer));
    }

    /// <summary>New connections send <paramref name="answer"/> whenever bytes come, and finish when the other side has finished.</summary>
    public MemoryBackend Respond(ReadOnlySpan<byte> answer)
    {
        byte[] copy = answer.ToArray();
        return Script((connection, _) => connection.Answer(copy), connection => connection.Finish());
    }

    /// <summary>Calls the handler with every new connection, for backends that speak first or need a script of their own.</summary>
    /// <param name="handler">May send, and may set <see cref="MemoryConnection.OnReceived"/>. Its exceptions come out of the call that caused them.</param>
    public MemoryBackend OnConnected(Action<MemoryConnection>? handler)
    {
        _queue.FromTest(() => _connectedHandler = handler);
        return this;
    }

    /// <summary>What a connect meets now. Under the queue's lock.</summary>
    internal ConnectOutcome Outcome => _outcome;

    /// <summary>A balancer connects. Under the queue's lock.</summary>
    internal ConnectOutcome Connect(RelayEnd end)
    {
        _connectAttempts++;
        if (_outcome == ConnectOutcome.Connected)
        {
            Establish(end);
        }
        else if (_outcome == ConnectOutcome.Waiting)
        {
            _waiting.RemoveAll(waiting => waiting.IsClosed);
            _waiting.Add(end);
        }

        return _outcome;
    }

    private MemoryBackend Meet(ConnectOutcome outcome)
    {
        _queue.FromTest(() =>
        {
            _outcome = outcome;
            if (outcome != ConnectOutcome.Waiting)
            {
                AnswerWaiting();
            }
        });
        return this;
    }

    private void AnswerWaiting()
    {
        RelayEnd[] waiting = [.. _waiting.Where(end => !end.IsClosed)];
        _waiting.Clear();
        foreach (RelayEnd end in waiting)
        {
            if (_outcome == ConnectOutcome.Connected)
            {
                Establish(end);
            }

            end.Owner!.CompleteConnect(_outcome);
        }
    }

    private MemoryBackend Script(Action<MemoryConnection, ReadOnlySpan<byte>>? received, Action<MemoryConnection>? finished)
    {
        _queue.FromTest(() =>
        {
            _receivedHandler = received;
            _finishedHandler = finished;
        });
        return this;
    }

    private void Establish(RelayEnd end)
    {
        var accepted = new MemoryConnection(_queue, EndPoint, end.LocalEndPoint);
        accepted.LinkTo(end);
        end.LinkTo(accepted);
        accepted.OnReceived(_receivedHandler);
        accepted.OnFinished(_finishedHandler);
        _connections.Add(accepted);
        if (_connectedHandler is { } connected)
        {
            _queue.RunHandler(() => connected(accepted));
        }
    }
}
