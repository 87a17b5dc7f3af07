// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Transport.Sockets.Datagrams;

/// <summary>Waits until a flow's socket has something to receive, holding no buffer and taking nothing from the kernel. Pooled with its flow; owner only.</summary>
internal sealed class InputWait : SocketAsyncEventArgs
{
    private readonly OwnerQueue _owner;
    private readonly SocketFlow _flow;

    public InputWait(OwnerQueue owner, SocketFlow flow)
        : base(true) // No ExecutionContext flows: nobody's AsyncLocals belong to a flow.
    {
        _owner = owner;
        _flow = flow;
        SetBuffer(Memory<byte>.Empty);
    }

    /// <summary>Connects, which a UDP socket does without waiting; the error comes back as a value. Should it wait all the same, the flow is posted when it is done.</summary>
    public SocketError Connect(Socket socket, EndPoint backend)
    {
        RemoteEndPoint = backend;
        SocketFlags = SocketFlags.None;
        return socket.ConnectAsync(this) ? SocketError.IOPending : SocketError;
    }

    /// <summary>Posts the flow when there is input, or an error, or when the socket is disposed. False when there is something now. A datagram of length zero is input, too.</summary>
    public bool TryBegin(Socket socket)
    {
        SocketFlags = SocketFlags.Peek;
        return socket.ReceiveAsync(this);
    }

    /// <summary>Posts the flow, behind others.</summary>
    public void Yield() => _owner.Post(_flow);

    protected override void OnCompleted(SocketAsyncEventArgs e) => _owner.Post(_flow);
}
