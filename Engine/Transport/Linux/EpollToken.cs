// SPDX-License-Identifier: MIT
using LbEngine.Lifecycle;
using LbEngine.Transport.Linux.Datagrams;
using LbEngine.Transport.Linux.Streams;

namespace LbEngine.Transport.Linux;

/// <summary>What a reactor writes into epoll data: what kind of descriptor it is, and which one, in 64 bits.</summary>
/// <remarks>
/// A slot is reused while events of its last user may still be queued; the 29-bit generation tells them
/// apart. It would take 2^29 reuses of one slot within one batch of events to confuse two connections.
/// </remarks>
internal readonly record struct EpollToken(ulong Value)
{
    private const int KindShift = 61;
    private const int GenerationShift = 32;

    internal const uint GenerationMask = 0x1FFF_FFFF;

    internal enum TokenKind
    {
        Wake,
        Listener,
        Client,
        Backend,
        DatagramListener,
        Flow,
        OneWay,
    }

    public static EpollToken Wake => new((ulong)TokenKind.Wake << KindShift);

    public TokenKind Kind => (TokenKind)(Value >> KindShift);

    public int Index => (int)(uint)Value;

    public uint Generation => (uint)(Value >> GenerationShift) & GenerationMask;

    public static EpollToken ForListener(int index) => new(((ulong)TokenKind.Listener << KindShift) | (uint)index);

    public static EpollToken ForDatagramListener(int index) => new(((ulong)TokenKind.DatagramListener << KindShift) | (uint)index);

    public static EpollToken For(LinuxFlow flow) =>
        new(((ulong)TokenKind.Flow << KindShift) | ((ulong)flow.Generation << GenerationShift) | (uint)flow.Index);

    public static EpollToken For(OneWaySocket socket) =>
        new(((ulong)TokenKind.OneWay << KindShift) | ((ulong)socket.Generation << GenerationShift) | (uint)socket.Index);

    public static EpollToken For(LinuxConnection connection, Side side)
    {
        ulong kind = (ulong)(side == Side.Client ? TokenKind.Client : TokenKind.Backend);
        return new EpollToken((kind << KindShift) | ((ulong)connection.Generation << GenerationShift) | (uint)connection.Index);
    }
}
