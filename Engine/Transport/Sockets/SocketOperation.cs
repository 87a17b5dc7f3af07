// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;

namespace LbEngine.Transport.Sockets;

/// <summary>One socket operation at a time, awaited without allocation; errors come back as values. Reused for every socket its owner meets.</summary>
/// <remarks>
/// <para>
/// The event arguments are their own value-task source, as in Kestrel's SocketAwaitableEventArgs (dotnet/aspnetcore,
/// src/Servers/Kestrel/Transport.Sockets). An operation that completes at once never touches the source.
/// </para>
/// <para>One owner; the next operation may start when the one before was awaited. The awaiter goes on inline, on the thread that completed the
/// operation.</para>
/// </remarks>
internal sealed class SocketOperation : SocketAsyncEventArgs, IValueTaskSource<SocketResult>, IThreadPoolWorkItem
{
    private ManualResetValueTaskSourceCore<SocketResult> _source; // mutable, keep non-readonly

    public SocketOperation()
        : base(true) // No ExecutionContext flows: nobody's AsyncLocals belong to a connection.
    {
    }

    /// <summary>
    /// Waits until there is something to receive (bytes, the end of input, or an error), holding no buffer and taking nothing from the kernel.
    /// </summary>
    public ValueTask<SocketResult> WaitForInputAsync(Socket socket) => ReceiveAsync(socket, Memory<byte>.Empty);

    public ValueTask<SocketResult> ReceiveAsync(Socket socket, Memory<byte> buffer)
    {
        SetBuffer(buffer);
        _source.Reset();
        try
        {
            return socket.ReceiveAsync(this) ? Pending() : Done();
        }
        catch (ObjectDisposedException)
        {
            return new ValueTask<SocketResult>(SocketResult.Aborted);
        }
    }

    public ValueTask<SocketResult> SendAsync(Socket socket, ReadOnlyMemory<byte> buffer)
    {
        // Event arguments serve both ways and so take writable memory; a send only reads it.
        SetBuffer(MemoryMarshal.AsMemory(buffer));
        _source.Reset();
        try
        {
            return socket.SendAsync(this) ? Pending() : Done();
        }
        catch (ObjectDisposedException)
        {
            return new ValueTask<SocketResult>(SocketResult.Aborted);
        }
    }

    public ValueTask<SocketResult> ConnectAsync(Socket socket, EndPoint remote)
    {
        SetBuffer(Memory<byte>.Empty);
        RemoteEndPoint = remote;
        _source.Reset();
        try
        {
            return socket.ConnectAsync(this) ? Pending() : Done();
        }
        catch (ObjectDisposedException)
        {
            return new ValueTask<SocketResult>(SocketResult.Aborted);
        }
    }

    /// <summary>Takes one client; it is in <see cref="SocketAsyncEventArgs.AcceptSocket"/> on success.</summary>
    public ValueTask<SocketResult> AcceptAsync(Socket socket)
    {
        AcceptSocket = null;
        _source.Reset();
        try
        {
            return socket.AcceptAsync(this) ? Pending() : Done();
        }
        catch (ObjectDisposedException)
        {
            return new ValueTask<SocketResult>(SocketResult.Aborted);
        }
    }

    /// <summary>
    /// Lets other work run first. Unlike Task.Yield it goes to the end of the shared queue, so that two busy streams cannot pass a thread between
    /// them.
    /// </summary>
    public ValueTask<SocketResult> YieldAsync()
    {
        _source.Reset();
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return Pending();
    }

    /// <summary>Forgets the last peer and buffer, so that a pooled operation keeps nothing alive.</summary>
    public void Forget()
    {
        SetBuffer(Memory<byte>.Empty);
        AcceptSocket = null;
        RemoteEndPoint = null;
    }

    void IThreadPoolWorkItem.Execute() => _source.SetResult(new SocketResult(SocketError.Success, 0));

    SocketResult IValueTaskSource<SocketResult>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<SocketResult>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<SocketResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    protected override void OnCompleted(SocketAsyncEventArgs e) => _source.SetResult(new SocketResult(SocketError, BytesTransferred));

    private ValueTask<SocketResult> Pending() => new(this, _source.Version);

    private ValueTask<SocketResult> Done() => new(new SocketResult(SocketError, BytesTransferred));
}
