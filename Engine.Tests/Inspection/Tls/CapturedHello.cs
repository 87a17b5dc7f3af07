// SPDX-License-Identifier: MIT
using System.Net.Security;

namespace LbEngine.Tests.Inspection.Tls;

/// <summary>What a real TLS client writes first, kept in memory.</summary>
internal static class CapturedHello
{
    public static async Task<byte[]> TakeAsync(SslClientAuthenticationOptions options)
    {
        using var written = new MemoryStream();
        await using var client = new SslStream(new OneWay(written));

        // Its peer has ended: the handshake fails as soon as the hello is written.
        await Assert.ThrowsAnyAsync<IOException>(() => client.AuthenticateAsClientAsync(options));
        return written.ToArray();
    }

    /// <summary>Keeps what is written; nothing is ever there to read.</summary>
    private sealed class OneWay(MemoryStream written) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => 0;

        public override void Write(byte[] buffer, int offset, int count) => written.Write(buffer, offset, count);

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
