// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.Harness.Host;

/// <summary>Counts this process's sockets and pipes, the descriptors that a balancer could leak.</summary>
internal static class OpenDescriptors
{
    public static int CountSockets() => Count("socket:");

    public static int CountPipes() => Count("pipe:");

    private static int Count(string prefix)
    {
        int count = 0;
        foreach (string path in Directory.EnumerateFiles("/proc/self/fd"))
        {
            try
            {
                if (File.ResolveLinkTarget(path, returnFinalTarget: false)?.Name.StartsWith(prefix, StringComparison.Ordinal) == true)
                {
                    count++;
                }
            }
            catch (IOException)
            {
                // Closed since the directory was read: the listing's own descriptor always is.
            }
        }

        return count;
    }
}
