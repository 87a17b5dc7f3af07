// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Transport.Sockets.Datagrams;

/// <summary>
/// Waits until a flow's socket has something to receive, holding no buffer and taking nothing from the kernel. Pooled with its flow; owner only.
/// </summary>
/// <remarks>It is what comes back to the owner, not the flow: a flow that goes on with another socket meanwhile has another wait, and no longer heeds
/// this one.</remarks>
internal sealed class InputWait : SocketAsyncEventArgs, IOwnedWork
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

    public IOwnedWork? NextWork { get; set; }

    /// <summary>
    /// Connects, which a UDP socket does without waiting; the error comes back as a value. Should it wait all the same, the wait is posted when it is
    /// done.
    /// </summary>
    public SocketError Connect(Socket socket, EndPoint backend)
    {
        RemoteEndPoint = backend;
        SocketFlags = SocketFlags.None;
        return socket.ConnectAsync(this) ? SocketError.IOPending : SocketError;
    }

    /// <summary>
    /// Posts itself when there is input, or an error, or when the socket is disposed. False when there is something now. A datagram of length zero is
    /// input, too.
    /// </summary>
    public bool TryBegin(Socket socket)
    {
        SocketFlags = SocketFlags.Peek;
        return socket.ReceiveAsync(this);
    }

    /// <summary>Posts itself, behind others.</summary>
    public void Yield() => _owner.Post(this);

    public void Run() => _flow.OnWaited(this);

    public void OnFailed() => _flow.OnFailed();

    protected override void OnCompleted(SocketAsyncEventArgs e) => _owner.Post(this);
}
