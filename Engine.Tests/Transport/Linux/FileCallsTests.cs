// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Versioning;
using LbEngine.Tests.Harness.Host;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Tests.Transport.Linux;

/// <summary>What the kernel says of files.</summary>
[UnsupportedOSPlatform("windows")]
public class FileCallsTests
{
    [Fact]
    public void Buffer_InMemory_HasTheLayoutOfStatx()
    {
        var buffer = new StatusBuffer();

        Assert.Equal(256, Unsafe.SizeOf<StatusBuffer>());
        Assert.Equal(20, OffsetOf(ref buffer, ref buffer.Owner));
        Assert.Equal(24, OffsetOf(ref buffer, ref buffer.Group));
        Assert.Equal(28, OffsetOf(ref buffer, ref buffer.Mode));
        Assert.Equal(32, OffsetOf(ref buffer, ref buffer.Inode));
        Assert.Equal(40, OffsetOf(ref buffer, ref buffer.Length));
        Assert.Equal(136, OffsetOf(ref buffer, ref buffer.DeviceMajor));
        Assert.Equal(140, OffsetOf(ref buffer, ref buffer.DeviceMinor));
    }

    [LinuxFact]
    public void ReadStatus_OfAFileAndALink_SaysWhatTheyAre()
    {
        using var directory = new TemporaryDirectory();
        string file = Path.Combine(directory.Path, "fïle");
        string link = Path.Combine(directory.Path, "link");
        File.WriteAllText(file, "12345");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherWrite);
        File.CreateSymbolicLink(link, file);

        Assert.False(FileCalls.ReadStatus(link, follow: true, out FileStatus target).Failed);
        Assert.False(FileCalls.ReadStatus(link, follow: false, out FileStatus itself).Failed);

        Assert.Equal((true, false, 5L, 0x102, true), (target.IsRegular, target.IsLink, target.Length, target.Rights, target.IsWritableByAll));
        Assert.Equal((false, true), (itself.IsRegular, itself.IsLink));
        Assert.Equal(FileCalls.EffectiveUser, target.Owner);
        Assert.Equal(target.Device, itself.Device);
        Assert.NotEqual(target.Inode, itself.Inode);
        Assert.Equal(Errno.ENOENT, FileCalls.ReadStatus(file + "x", follow: true, out _).Error);
    }

    [LinuxFact]
    public void OpenToRead_LinkThatIsNotFollowed_IsRefused()
    {
        using var directory = new TemporaryDirectory();
        string file = Path.Combine(directory.Path, "file");
        string link = Path.Combine(directory.Path, "link");
        File.WriteAllText(file, "");
        File.CreateSymbolicLink(link, file);

        IoResult refused = FileCalls.OpenToRead(link, follow: false);
        IoResult opened = FileCalls.OpenToRead(link, follow: true);
        SocketCalls.Close(opened.Value);

        Assert.Equal((Errno.ELOOP, false), (refused.Error, opened.Failed));
    }

    [LinuxFact]
    public void OpenToRead_PipeThatNobodyWrites_DoesNotWait()
    {
        using var directory = new TemporaryDirectory();
        string pipe = Path.Combine(directory.Path, "pipe");
        SpecialFile.MakePipe(pipe);

        IoResult opened = FileCalls.OpenToRead(pipe, follow: false);
        Assert.False(FileCalls.ReadStatus(opened.Value, out FileStatus status).Failed);
        SocketCalls.Close(opened.Value);

        Assert.True(status.IsPipe);
    }

    private static nint OffsetOf<T>(ref StatusBuffer buffer, ref T field) =>
        Unsafe.ByteOffset(ref Unsafe.As<StatusBuffer, byte>(ref buffer), ref Unsafe.As<T, byte>(ref field));
}
