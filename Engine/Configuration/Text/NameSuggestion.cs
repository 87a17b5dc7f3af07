// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration.Text;

/// <summary>Finds the name that somebody probably meant.</summary>
internal static class NameSuggestion
{
    private const int LongestName = 64;

    /// <summary>How the found name is put at the end of a message.</summary>
    public static string Phrase(string meant) => $"; did you mean {meant}?";

    /// <summary>The candidate with the fewest typing slips, at most one for every three letters; null when none is that close.</summary>
    public static string? Find(string name, IEnumerable<string> candidates)
    {
        if (name.Length is 0 or > LongestName)
        {
            return null;
        }

        string? best = null;
        int limit = Math.Max(1, name.Length / 3) + 1;
        foreach (string candidate in candidates)
        {
            if (candidate.Length <= LongestName
                && Math.Abs(candidate.Length - name.Length) < limit
                && CountSlips(name, candidate) is int slips && slips < limit)
            {
                best = candidate;
                limit = slips;
            }
        }

        return best;
    }

    /// <summary>Optimal string alignment distance without regard to case: insert, delete, replace, or swap two neighbours.</summary>
    private static int CountSlips(string left, string right)
    {
        Span<int> beforeLast = stackalloc int[LongestName + 1];
        Span<int> last = stackalloc int[LongestName + 1];
        Span<int> row = stackalloc int[LongestName + 1];
        for (int j = 0; j <= right.Length; j++)
        {
            last[j] = j;
        }

        for (int i = 1; i <= left.Length; i++)
        {
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int replace = last[j - 1] + (Same(left[i - 1], right[j - 1]) ? 0 : 1);
                row[j] = Math.Min(replace, Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]))
                {
                    row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
                }
            }

            Span<int> free = beforeLast;
            beforeLast = last;
            last = row;
            row = free;
        }

        return last[right.Length];
    }

    private static bool Same(char left, char right) => char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}
