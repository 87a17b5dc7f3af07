// SPDX-License-Identifier: MIT
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace LbEngine.Admin.Doctor.Examinations;

/// <summary>The size of a backlog. <c>/proc</c> shows how many wait but not how many may; <c>ss</c> (iproute2) shows both.</summary>
internal static class BacklogReader
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Backlogs by local address as ss writes it; empty when ss is not there or does not answer.</summary>
    public static async Task<IReadOnlyDictionary<string, long>> ReadAsync(int port, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("ss", ["-Hltn", $"sport = :{port}"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process? process = Process.Start(start);
            if (process is null)
            {
                return new Dictionary<string, long>();
            }

            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(Patience);
            try
            {
                return Parse(await process.StandardOutput.ReadToEndAsync(deadline.Token).ConfigureAwait(false));
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                return new Dictionary<string, long>();
            }
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException)
        {
            return new Dictionary<string, long>();
        }
    }

    /// <summary>Lines of state, waiting, most, local address and port, and more.</summary>
    public static IReadOnlyDictionary<string, long> Parse(string output)
    {
        var backlogs = new Dictionary<string, long>();
        foreach (string line in output.Split('\n'))
        {
            string[] fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 3 && long.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out long most))
            {
                backlogs[fields[3]] = most;
            }
        }

        return backlogs;
    }
}
