// SPDX-License-Identifier: MIT
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Files;

/// <summary>Error numbers as the exceptions that .NET has for them, with texts that begin after the name of the file.</summary>
internal static class FileErrors
{
    public static void ThrowIfFailed(IoResult result)
    {
        if (result.Failed)
        {
            throw Of(result.Error);
        }
    }

    private static Exception Of(int errno) => errno switch
    {
        Errno.ENOENT => new FileNotFoundException("there is no such file"),
        Errno.ENOTDIR => new DirectoryNotFoundException("there is no such file"),
        Errno.EACCES or Errno.EPERM => new UnauthorizedAccessException(Errno.Describe(errno)),
        Errno.ELOOP => new RefusedFileException("is a link that leads to no file"),
        Errno.EAGAIN => new IOException("another program holds it"),
        _ => new IOException(Errno.Describe(errno)),
    };
}
