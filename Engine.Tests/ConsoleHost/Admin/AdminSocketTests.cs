// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using System.Runtime.Versioning;
using LbEngine.ConsoleHost.Admin;
using LbEngine.Tests.Harness.Host;

namespace LbEngine.Tests.ConsoleHost.Admin;

/// <summary>The socket file of the admin interface: whose it is, and what lies there already.</summary>
public sealed class AdminSocketTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private AdminAddress Address => new(Path.Combine(_directory.Path, "lb.sock"), null);

    public void Dispose() => _directory.Dispose();

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Bind_NoFile_MakesOneForItsOwnerAloneAndRemovesItAtTheEnd()
    {
        string path = Address.SocketFile!;

        using (Socket socket = AdminSocket.Bind(Address))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }

        Assert.False(File.Exists(path));
    }

    [Fact]
    public void Bind_SocketFileOfADeadBalancer_IsReplaced()
    {
        // Renamed, so that the end of the first one does not remove it: as after SIGKILL.
        using (Socket dead = AdminSocket.Bind(new AdminAddress(Address.SocketFile + ".first", null)))
        {
            File.Move(Address.SocketFile + ".first", Address.SocketFile!);
        }

        using Socket socket = AdminSocket.Bind(Address);
        socket.Listen();

        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(Address.EndPoint);
        Assert.True(client.Connected);
    }

    [Fact]
    public void Bind_SocketFileOfALiveBalancer_IsLeftAlone()
    {
        using Socket live = AdminSocket.Bind(Address);
        live.Listen();

        AdminUnavailableException exception = Assert.Throws<AdminUnavailableException>(() => AdminSocket.Bind(Address));

        Assert.EndsWith("another balancer listens there", exception.Message, StringComparison.Ordinal);
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(Address.EndPoint);
        Assert.True(client.Connected);
    }

    [Fact]
    public void Bind_OrdinaryFile_IsLeftAlone()
    {
        File.WriteAllText(Address.SocketFile!, "precious");

        AdminUnavailableException exception = Assert.Throws<AdminUnavailableException>(() => AdminSocket.Bind(Address));

        Assert.EndsWith("there is a file of that name that is no socket", exception.Message, StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(Address.SocketFile!));
    }

    [Fact]
    public void Bind_NoSuchDirectory_SaysWhere()
    {
        var address = new AdminAddress("/no/such/directory/lb.sock", null);

        AdminUnavailableException exception = Assert.Throws<AdminUnavailableException>(() => AdminSocket.Bind(address));

        Assert.StartsWith("cannot listen on unix:/no/such/directory/lb.sock: ", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unix:lb.sock", true)]
    [InlineData("127.0.0.1:9900", true)]
    [InlineData("[::1]:9900", true)]
    [InlineData("unix:", false)]
    [InlineData("10.0.0.1:9900", false)]
    [InlineData("localhost:9900", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("", false)]
    public void TryParse_Text_IsAnAddressOnlyWhenItIsLocal(string text, bool expected)
    {
        AdminAddress? address = AdminAddress.TryParse(text);

        Assert.Equal(expected, address is not null);
        Assert.Equal(expected ? text : null, address?.ToString());
    }
}
