// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Lifecycle;
using LbEngine.Transport.Sockets;

namespace LbEngine.Tests.Transport.Sockets;

public sealed class SocketErrorsTests
{
    [Theory]
    [InlineData(SocketError.ConnectionRefused, (int)ConnectFailure.Refused)]
    [InlineData(SocketError.ConnectionReset, (int)ConnectFailure.Refused)]
    [InlineData(SocketError.ConnectionAborted, (int)ConnectFailure.Refused)]
    [InlineData(SocketError.TimedOut, (int)ConnectFailure.TimedOut)]
    [InlineData(SocketError.HostUnreachable, (int)ConnectFailure.Unreachable)]
    [InlineData(SocketError.NetworkUnreachable, (int)ConnectFailure.Unreachable)]
    [InlineData(SocketError.HostDown, (int)ConnectFailure.Unreachable)]
    [InlineData(SocketError.NetworkDown, (int)ConnectFailure.Unreachable)]
    [InlineData(SocketError.AccessDenied, (int)ConnectFailure.Unreachable)]
    [InlineData(SocketError.AddressNotAvailable, (int)ConnectFailure.NoLocalPort)]
    [InlineData(SocketError.AddressAlreadyInUse, (int)ConnectFailure.NoLocalPort)]
    [InlineData(SocketError.WouldBlock, (int)ConnectFailure.NoLocalPort)]
    [InlineData(SocketError.TooManyOpenSockets, (int)ConnectFailure.NoResources)]
    [InlineData(SocketError.NoBufferSpaceAvailable, (int)ConnectFailure.NoResources)]
    public void ToConnectFailure_EachError_BlamesTheRightParty(SocketError error, int expected)
    {
        ConnectFailure failure = SocketErrors.ToConnectFailure(error);

        Assert.Equal((ConnectFailure)expected, failure);
    }
}
