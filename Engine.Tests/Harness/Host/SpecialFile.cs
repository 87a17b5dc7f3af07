// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Net.Sockets;

namespace LbEngine.Tests.Harness.Host;

/// <summary>Makes files that are no regular ones, in a directory of the test's own.</summary>
internal static class SpecialFile
{
    /// <summary>The kinds that <see cref="Make"/> knows, each with what is said of it.</summary>
    public static TheoryData<string, string> Kinds => new()
    {
        { "pipe", "is a pipe; name a regular file" },
        { "socket", "is a socket; name a regular file" },
        { "directory", "is a directory; name a file" },
        { "circle", "is a link that leads to no file" },
        { "link to a pipe", "is a pipe; name a regular file" },
    };

    /// <summary>Makes one at a path where nothing is. Returns what has to be disposed of.</summary>
    public static IDisposable? Make(string kind, string path)
    {
        switch (kind)
        {
            case "pipe":
                MakePipe(path);
                return null;
            case "link to a pipe":
                MakePipe(path + ".target");
                File.CreateSymbolicLink(path, path + ".target");
                return null;
            case "circle":
                File.CreateSymbolicLink(path, path);
                return null;
            case "directory":
                Directory.CreateDirectory(path);
                return null;
            default:
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                socket.Bind(new UnixDomainSocketEndPoint(path));
                return socket;
        }
    }

    /// <summary>Makes a named pipe that nobody writes to: whoever opens it for reading waits for ever.</summary>
    public static void MakePipe(string path) => Run("mkfifo", path);

    /// <summary>Runs a program to its end.</summary>
    public static void Run(string program, params IEnumerable<string> arguments)
    {
        using Process process = Process.Start(program, arguments);
        Assert.True(process.WaitForExit(Waiting.DefaultLimit), $"{program} did not end.");
        Assert.Equal(0, process.ExitCode);
    }
}
