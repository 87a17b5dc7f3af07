// SPDX-License-Identifier: MIT
using System.Net.Sockets;
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
    public void Bind_SocketFileOfALiveBalancer_IsLeftAlone()
    {
        using AdminSocket live = AdminSocket.Bind(Address);
        live.Socket.Listen();

        AdminUnavailableException exception = Assert.Throws<AdminUnavailableException>(() => AdminSocket.Bind(Address));

        Assert.StartsWith($"cannot listen on {Address}: another process listens there", exception.Message, StringComparison.Ordinal);
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

    [Fact]
    public async Task Server_ItsFileIsAnotherOnesByNow_LeavesItThere()
    {
        await using AdminStage stage = await AdminStage.StartAsync();
        File.Delete(stage.Address.SocketFile!);
        File.WriteAllText(stage.Address.SocketFile!, "precious");

        await stage.StopServerAsync();

        Assert.Equal("precious", File.ReadAllText(stage.Address.SocketFile!));
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
