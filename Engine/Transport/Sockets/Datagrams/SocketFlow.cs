// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Backends;
using LbEngine.Connections;

namespace LbEngine.Transport.Sockets.Datagrams;

/// <summary>One flow and its socket towards the backend. Pooled; the owner of its listener only.</summary>
/// <remarks>
/// From the moment it is open until it is given back, the flow is in one place: in the kernel, waiting for input, or in the
/// owner's queue, or being run. So its end disposes the socket, and the run that follows, alone, gives the object back. A flow that
/// moves to another backend leaves its wait in the kernel behind, which comes back to nobody.
/// </remarks>
internal sealed class SocketFlow : Flow, IDisposable
{
    private readonly OwnerQueue _owner;
    private readonly FlowRelay _relay;
    private InputWait _wait;

    public SocketFlow(OwnerQueue owner, FlowRelay relay, AddressFamily clientFamily)
    {
        _owner = owner;
        _relay = relay;
        _wait = new InputWait(owner, this);
        ClientAddress = new SocketAddress(clientFamily);
    }

    /// <summary>Towards the backend, connected. Set while the flow lives.</summary>
    public Socket Socket { get; private set; } = null!;

    /// <summary>The flow comes back to its owner by itself.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Where the client's datagrams come in and its replies go out.</summary>
    public DatagramSocket Local { get; private set; } = null!;

    /// <summary>Where replies go, as the kernel wrote it, with the scope of an IPv6 address: to the client, or to who brings it.</summary>
    public SocketAddress ClientAddress { get; private set; }

    public bool IsEnded { get; set; }

    /// <summary>The table does not find the flow; it waits for replies only.</summary>
    public bool IsDetached { get; set; }

    /// <summary>The socket's receive buffer was enlarged.</summary>
    public bool IsBusy { get; set; }

    /// <summary>Which of the flows it is that this object has been.</summary>
    public int Life { get; private set; }

    /// <summary>Position among the listener's live flows.</summary>
    public int LiveIndex { get; set; }

    /// <summary>
    /// A copy of the first datagram until there is a reply: should the backend refuse it, another one gets it. Null when there was no room for it.
    /// </summary>
    public byte[]? FirstDatagram { get; set; }

    /// <summary>Of the datagram, without the <see cref="HeaderRoom"/> in front of it.</summary>
    public int FirstLength { get; set; }

    /// <summary>The turn of its receive loop in which the flow's timer found it silent; null while it has not. See <see cref="FlowTimeouts"/>.</summary>
    public long? DueSinceTurn { get; set; }

    /// <summary>The flow's socket was read since then.</summary>
    public bool WasReadSinceDue { get; set; }

    internal SocketFlow? NextUnanswered { get; set; }

    internal SocketFlow? PreviousUnanswered { get; set; }

    /// <summary>What the wait for input met.</summary>
    public SocketError InputError => _wait.SocketError;

    /// <summary>Remembers the client, before admission.</summary>
    public void SetClient(DatagramSocket local, SocketAddress address)
    {
        Local = local;
        LocalAddressId = local.LocalAddressId;
        ClientAddress.Size = address.Size;
        address.Buffer.Span[..address.Size].CopyTo(ClientAddress.Buffer.Span);
    }

    /// <summary>The address is in the hands of a send that waits: goes on with a copy.</summary>
    public void AbandonClientAddress()
    {
        SocketAddress waiting = ClientAddress;
        ClientAddress = new SocketAddress(waiting.Family, waiting.Size);
        waiting.Buffer.Span[..waiting.Size].CopyTo(ClientAddress.Buffer.Span);
    }

    /// <summary>Opens a socket towards the backend. After <see cref="SocketError.IOPending"/> the flow comes back to the owner by itself.</summary>
    /// <param name="shared">Knows whether there is a descriptor for it.</param>
    public SocketError Open(SocketsShared shared)
    {
        Backend to = Backend!;
        SourceTurn turn = to.Pool.Sources.Begin(to.IsIPv4, Client);
        while (true)
        {
            SourceChoice source = turn.Take();
            SocketError error = Open(shared, to.Address, source, out SourceProblem problem);
            if (problem == SourceProblem.None)
            {
                return error;
            }

            shared.Context.UdpForwarder.SourceFailed(to, source, problem, shared.ReadMilliseconds());
            if (!turn.HasMore)
            {
                return error;
            }
        }
    }

    private SocketError Open(SocketsShared shared, IPEndPoint backend, SourceChoice source, out SourceProblem problem)
    {
        problem = SourceProblem.None;
        SocketError error = DatagramSetup.TryCreate(backend.AddressFamily, out Socket? socket);
        if (socket is null)
        {
            return error;
        }

        if (shared.IsOneTooMany(socket))
        {
            socket.Dispose();
            return SocketError.TooManyOpenSockets;
        }

        problem = SourceBinding.Bind(socket, source);
        if (problem != SourceProblem.None)
        {
            socket.Dispose();
            return SourceBinding.ErrorOf(problem);
        }

        error = _wait.Connect(socket, backend);
        if (error == SocketError.Success && !SelfMeeting.Is(socket, backend))
        {
            Socket = socket;
            return error;
        }

        error = error == SocketError.Success ? SocketError.ConnectionRefused : error;
        problem = SourceBinding.Explain(source, error);
        IsWaiting = error == SocketError.IOPending;
        socket.Dispose();
        return problem == SourceProblem.None ? error : SourceBinding.ErrorOf(problem);
    }

    /// <summary>Closes the socket of a flow that lives. True when the flow waited: it does not come back by itself any more.</summary>
    public bool Close()
    {
        bool wasWaiting = IsWaiting;
        if (wasWaiting)
        {
            _wait = new InputWait(_owner, this);
            IsWaiting = false;
        }

        Socket.Dispose();
        return wasWaiting;
    }

    /// <summary>Lets the flow come back to the owner when there is input. False when there is some already: the caller goes on with it.</summary>
    public bool TryWaitForInput()
    {
        IsWaiting = _wait.TryBegin(Socket);
        return IsWaiting;
    }

    /// <summary>Lets the flow come back to the owner, behind others: when there is input, or has been.</summary>
    public void WaitForInput()
    {
        if (!TryWaitForInput())
        {
            Yield();
        }
    }

    /// <summary>Lets the flow come back to the owner, behind others.</summary>
    public void Yield()
    {
        IsWaiting = true;
        _wait.Yield();
    }

    /// <summary>A wait has come back.</summary>
    public void OnWaited(InputWait wait)
    {
        if (wait != _wait)
        {
            wait.Dispose();
            return;
        }

        IsWaiting = false;
        _relay.OnInput(this);
    }

    public void OnFailed() => _relay.OnFailed(this);

    public override void Reset()
    {
        base.Reset();
        Life++;
        Socket = null!;
        Local = null!;
        IsEnded = false;
        IsWaiting = false;
        IsDetached = false;
        IsBusy = false;
        FirstDatagram = null;
        DueSinceTurn = null;
    }

    public void Dispose() => _wait.Dispose();
}
