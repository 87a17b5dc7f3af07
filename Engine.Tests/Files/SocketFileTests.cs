// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using System.Runtime.Versioning;
using LbEngine.Files;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Transport.Linux;

namespace LbEngine.Tests.Files;

/// <summary>Socket files: whose they are, what lies there already, what goes at the end, and who answers.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SocketFileTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(200);

    private readonly TemporaryDirectory _directory = new();

    private string Place => Path.Combine(_directory.Path, "lb.sock");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Bind_NoFile_MakesOneForItsOwnerAloneAndRemovesItAtTheEnd()
    {
        using (SocketFile file = SocketFile.Bind(Place))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Place));
            Assert.Equal(Place, file.Path);
        }

        Assert.False(File.Exists(Place));
    }

    [LinuxFact]
    public void Dispose_PlainFileInItsPlace_LeavesThatAlone()
    {
        SocketFile file = SocketFile.Bind(Place);
        File.Delete(Place);
        File.WriteAllText(Place, "precious");

        file.Dispose();

        Assert.Equal("precious", File.ReadAllText(Place));
    }

    [LinuxFact]
    public async Task Dispose_SocketOfAnotherInItsPlace_LeavesThatAlone()
    {
        SocketFile first = SocketFile.Bind(Place);
        first.Socket.Listen();
        File.Delete(Place);
        using SocketFile second = SocketFile.Bind(Place);
        second.Socket.Listen();

        first.Dispose();

        using Socket client = await SocketFile.ConnectAsync(Place, Waiting.DefaultLimit);
        Assert.True(client.Connected);
    }

    [Fact]
    public async Task Bind_SocketFileOfADeadProcess_IsReplaced()
    {
        // Renamed, so that the end of the first one does not remove it: as after SIGKILL.
        using (SocketFile dead = SocketFile.Bind(Place + ".first"))
        {
            File.Move(Place + ".first", Place);
        }

        using SocketFile file = SocketFile.Bind(Place);
        file.Socket.Listen();

        using Socket client = await SocketFile.ConnectAsync(Place, Waiting.DefaultLimit);
        Assert.True(client.Connected);
    }

    [LinuxFact]
    public void Bind_WhereSomebodyListens_SaysWhichProcess()
    {
        using SocketFile live = SocketFile.Bind(Place);
        live.Socket.Listen();

        IOException exception = Assert.Throws<IOException>(() => SocketFile.Bind(Place));

        Assert.Equal($"another process listens there (process {Environment.ProcessId})", exception.Message);
    }

    [LinuxFact]
    public void Bind_WhereNobodyAcceptsAndTheQueueIsFull_DoesNotWait()
    {
        using SocketFile stopped = SocketFile.Bind(Place);
        stopped.Socket.Listen(0);
        using Socket waiting = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        waiting.Connect(new UnixDomainSocketEndPoint(Place));

        IOException exception = Assert.Throws<IOException>(() => SocketFile.Bind(Place));

        Assert.Equal("another process listens there, and takes no connections", exception.Message);
    }

    [LinuxTheory]
    [InlineData("/no/such/directory/lb.sock", "No such file or directory")]
    [InlineData("/etc/hosts/lb.sock", "Not a directory")]
    public void Bind_WhereNothingCanBe_SaysWhatTheSystemSays(string path, string expected)
    {
        IOException exception = Assert.Throws<IOException>(() => SocketFile.Bind(path));

        Assert.Equal(expected, exception.Message);
    }

    [LinuxFact]
    public async Task Connect_ToAProcessThatAcceptsNobody_EndsInTime()
    {
        using SocketFile stopped = SocketFile.Bind(Place);
        stopped.Socket.Listen(0);
        using Socket waiting = await SocketFile.ConnectAsync(Place, Waiting.DefaultLimit);

        await Assert.ThrowsAsync<TimeoutException>(() => SocketFile.ConnectAsync(Place, Soon));
    }

    [LinuxFact]
    public async Task Connect_NobodyThere_SaysSo()
    {
        SocketException exception = await Assert.ThrowsAnyAsync<SocketException>(() => SocketFile.ConnectAsync(Place, Soon));

        Assert.Equal(SocketError.AddressNotAvailable, exception.SocketErrorCode);
    }

    [RootTheory(Stranger.Python)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Connect_AnotherUserListensThere_SendsNothingUnlessTheDirectoryIsThatOnes(bool isShared)
    {
        using var shared = new SharedDirectory();
        string path = Path.Combine(isShared ? shared.Path : OwnDirectoryOf(Stranger.Nobody), "lb.sock");
        using Stranger stranger = await Stranger.StartAsync(path);

        if (isShared)
        {
            UnauthorizedAccessException exception = await Assert.ThrowsAsync<UnauthorizedAccessException>(() => SocketFile.ConnectAsync(path, Waiting.DefaultLimit));

            Assert.Contains($"belongs to user {Stranger.Nobody}, and not to you", exception.Message, StringComparison.Ordinal);
            await Waiting.UntilAsync(() => stranger.Received.Any(), "the stranger has seen the connection");
            Assert.Equal(["got 0"], stranger.Received);
        }
        else
        {
            using Socket client = await SocketFile.ConnectAsync(path, Waiting.DefaultLimit);
            Assert.True(client.Connected);
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    /// <summary>As the service manager makes one for a service of another user: below directories where nobody else can write.</summary>
    private static string OwnDirectoryOf(int user)
    {
        string path = $"/run/lb-test-{Guid.NewGuid():N}";
        Directory.CreateDirectory(path);
        using System.Diagnostics.Process chown = System.Diagnostics.Process.Start("/bin/chown", [$"{user}", path]);
        chown.WaitForExit();
        return path;
    }
}
