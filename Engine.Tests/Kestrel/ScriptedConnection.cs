// SPDX-License-Identifier: MIT
using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using LbEngine.Kestrel;
using Microsoft.AspNetCore.Connections;

namespace LbEngine.Tests.Kestrel;

/// <summary>A connection to a server, without a socket and without a thread: the test is the peer, and whatever it sends is read within the call.</summary>
internal sealed class ScriptedConnection : DefaultConnectionContext
{
    public const string Peer = "10.0.0.1:40022";
    public const string Own = "10.0.0.9:9001";

    private static readonly PipeOptions WithinTheCall = new(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false);

    private readonly Pipe _sent = new(WithinTheCall);

    public ScriptedConnection(EndPoint? remote = null, EndPoint? local = null)
        : base("c1")
    {
        RemoteEndPoint = remote ?? IPEndPoint.Parse(Peer);
        LocalEndPoint = local ?? IPEndPoint.Parse(Own);
        Transport = new Ends(_sent.Reader, new Pipe().Writer);
    }

    /// <summary>True once somebody behind the header has the connection.</summary>
    public bool IsServed { get; set; }

    /// <summary>Why it was aborted; null while it was not.</summary>
    public Exception? Aborted { get; private set; }

    public IProxyProtocolFeature? Told => Features.Get<IProxyProtocolFeature>();

    public (string? Remote, string? Local) EndPoints => (RemoteEndPoint?.ToString(), LocalEndPoint?.ToString());

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await _sent.Writer.WriteAsync(bytes);

    /// <summary>The peer sends nothing more, or is gone with an error.</summary>
    public void End(Exception? error = null) => _sent.Writer.Complete(error);

    /// <summary>What is left for whoever reads next; empty when that would have to wait.</summary>
    public string TakeUnread()
    {
        if (!Transport.Input.TryRead(out ReadResult result))
        {
            return "";
        }

        string text = Encoding.Latin1.GetString(result.Buffer.ToArray());
        Transport.Input.AdvanceTo(result.Buffer.End);
        return text;
    }

    public override void Abort(ConnectionAbortedException abortReason) => Aborted = abortReason;

    private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
