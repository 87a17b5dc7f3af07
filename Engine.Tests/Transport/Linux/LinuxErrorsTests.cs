// SPDX-License-Identifier: MIT
using LbEngine.Lifecycle;
using LbEngine.Transport.Linux;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Tests.Transport.Linux;

public sealed class LinuxErrorsTests
{
    [Theory]
    [InlineData(Errno.ECONNREFUSED, (int)ConnectFailure.Refused)]
    [InlineData(Errno.ECONNRESET, (int)ConnectFailure.Refused)]
    [InlineData(Errno.ECONNABORTED, (int)ConnectFailure.Refused)]
    [InlineData(Errno.ETIMEDOUT, (int)ConnectFailure.TimedOut)]
    [InlineData(Errno.EHOSTUNREACH, (int)ConnectFailure.Unreachable)]
    [InlineData(Errno.ENETUNREACH, (int)ConnectFailure.Unreachable)]
    [InlineData(Errno.EHOSTDOWN, (int)ConnectFailure.Unreachable)]
    [InlineData(Errno.ENETDOWN, (int)ConnectFailure.Unreachable)]
    [InlineData(Errno.EACCES, (int)ConnectFailure.Unreachable)]
    [InlineData(Errno.EADDRNOTAVAIL, (int)ConnectFailure.NoLocalPort)]
    [InlineData(Errno.EADDRINUSE, (int)ConnectFailure.NoLocalPort)]
    [InlineData(Errno.EAGAIN, (int)ConnectFailure.NoLocalPort)]
    [InlineData(Errno.EMFILE, (int)ConnectFailure.NoResources)]
    [InlineData(Errno.ENFILE, (int)ConnectFailure.NoResources)]
    [InlineData(Errno.ENOBUFS, (int)ConnectFailure.NoResources)]
    [InlineData(Errno.ENOMEM, (int)ConnectFailure.NoResources)]
    public void ToConnectFailure_EachError_BlamesTheSamePartyAsThePortableTransport(int errno, int expected)
    {
        ConnectFailure failure = LinuxErrors.ToConnectFailure(errno);

        Assert.Equal((ConnectFailure)expected, failure);
    }
}
