// SPDX-License-Identifier: MIT
using LbEngine.Transport.Linux.Interop;
using LbEngine.Transport.Linux.Streams;

namespace LbEngine.Tests.Transport.Linux.Streams;

public sealed class TransferRulesTests
{
    [Theory]
    [InlineData("zero without urgent data may be a mark that came a moment ago", 0, false, nameof(EmptyRead.Unknown))]
    [InlineData("zero with urgent data is the mark, or the end", 0, true, nameof(EmptyRead.Unknown))]
    [InlineData("EAGAIN without urgent data is an empty queue", Errno.EAGAIN, false, nameof(EmptyRead.Drained))]
    [InlineData("EAGAIN with urgent data may be the mark", Errno.EAGAIN, true, nameof(EmptyRead.Unknown))]
    [InlineData("a socket that cannot be spliced is copied", Errno.EINVAL, false, nameof(EmptyRead.CannotSplice))]
    [InlineData("no pages for the pipe is no fault of the peer", Errno.ENOMEM, false, nameof(EmptyRead.CannotSplice))]
    [InlineData("no buffers for the pipe is no fault of the peer", Errno.ENOBUFS, true, nameof(EmptyRead.CannotSplice))]
    [InlineData("a reset is one", Errno.ECONNRESET, true, nameof(EmptyRead.Reset))]
    [InlineData("a peer that vanished has reset", Errno.ETIMEDOUT, false, nameof(EmptyRead.Reset))]
    public void OfSplice_NothingMoved_ProvesOnlyWhatItMust(string why, int errno, bool isUrgent, string expected) =>
        Assert.True(expected == TransferRules.OfSplice(Result(errno), isUrgent).ToString(), why);

    [Theory]
    [InlineData("zero is the end", 0, false, nameof(EmptyRead.Ended))]
    [InlineData("zero after a failure is what is left of a reset", 0, true, nameof(EmptyRead.Reset))]
    [InlineData("EAGAIN is an empty queue", Errno.EAGAIN, false, nameof(EmptyRead.Drained))]
    [InlineData("EAGAIN after a failure is an empty queue", Errno.EAGAIN, true, nameof(EmptyRead.Drained))]
    [InlineData("a reset is one", Errno.ECONNRESET, false, nameof(EmptyRead.Reset))]
    public void OfReceive_NothingRead_SaysWhatTheSocketSays(string why, int errno, bool hasFailed, string expected) =>
        Assert.True(expected == TransferRules.OfReceive(Result(errno), hasFailed).ToString(), why);

    [Theory]
    [InlineData("a full buffer is none", Errno.EAGAIN, false)]
    [InlineData("a closed one is", Errno.EPIPE, true)]
    [InlineData("a reset is one", Errno.ECONNRESET, true)]
    [InlineData("a zero would never be followed by an event", 0, true)]
    public void IsGone_NothingSent_OnlyAFullBufferIsWorthWaitingFor(string why, int errno, bool expected) =>
        Assert.True(expected == TransferRules.IsGone(Result(errno)), why);

    [Fact]
    public void IsGone_SomethingSent_IsFalse() => Assert.False(TransferRules.IsGone(IoResult.Success(1)));

    private static IoResult Result(int errno) => errno == 0 ? IoResult.Success(0) : IoResult.Failure(errno);
}
