// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.Harness.Processes;

/// <summary>A process that listens at a socket file, perhaps as another user: it accepts, counts what it is sent, and answers nothing. Needs root for that.</summary>
internal sealed class Stranger : IDisposable
{
    public const string Python = "/usr/bin/python3";

    /// <summary>Who is nobody in particular on every system.</summary>
    public const int Nobody = 65534;

    private const string Script = """
        import os, socket, sys
        user, path = int(sys.argv[1]), sys.argv[2]
        if user:
            os.setgroups([]); os.setgid(user); os.setuid(user)
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(path)
        os.chmod(path, 0o777)
        listening.listen(0)
        print("listening", flush=True)
        while sys.argv[3:] != ["deaf"]:
            client, _ = listening.accept()
            print("got", len(client.recv(65536)), flush=True)
            client.close()
        sys.stdin.read()
        """;

    private readonly ChildProcess _child;

    private Stranger(ChildProcess child) => _child = child;

    /// <summary>What it was sent, in the order of the connections.</summary>
    public IEnumerable<string> Received => _child.Output.Where(line => line.StartsWith("got ", StringComparison.Ordinal));

    /// <summary>Starts one that answers nothing.</summary>
    /// <param name="path">Where it listens.</param>
    /// <param name="user">As whom; 0 for this user.</param>
    /// <param name="isDeaf">It does not even accept, as a process that is stopped.</param>
    public static async Task<Stranger> StartAsync(string path, int user = Nobody, bool isDeaf = false)
    {
        ChildProcess child = ChildProcess.Start(Python, ["-c", Script, $"{user}", path, .. isDeaf ? (string[])["deaf"] : []]);
        try
        {
            await child.WaitForLineAsync("listening");
            return new Stranger(child);
        }
        catch
        {
            child.Dispose();
            throw;
        }
    }

    public void Dispose() => _child.Dispose();
}
