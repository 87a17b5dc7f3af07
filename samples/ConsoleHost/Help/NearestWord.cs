// SPDX-License-Identifier: MIT
namespace LbEngine.ConsoleHost.Help;

/// <summary>Finds the command or option that somebody probably meant.</summary>
internal static class NearestWord
{
    private const int LongestWord = 32;

    /// <summary>The question at the end of a message; empty when no word is near: at most one slip for every three letters.</summary>
    public static string Ask(string word, IEnumerable<string> candidates)
    {
        (string Word, int Slips) best = candidates
            .Select(candidate => (candidate, CountSlips(word, candidate)))
            .DefaultIfEmpty(("", int.MaxValue))
            .MinBy(static one => one.Item2);
        return best.Slips <= Math.Max(1, word.Length / 3) ? $"; did you mean {best.Word}?" : "";
    }

    /// <summary>Letters to insert, delete or replace.</summary>
    private static int CountSlips(string left, string right)
    {
        if (left.Length > LongestWord)
        {
            return int.MaxValue;
        }

        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        foreach ((char letter, int i) in left.Select(static (letter, i) => (letter, i + 1)))
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int replaced = diagonal + (letter == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[right.Length];
    }
}
