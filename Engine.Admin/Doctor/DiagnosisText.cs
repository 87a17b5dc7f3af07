// SPDX-License-Identifier: MIT
using System.Text.Json;

namespace LbEngine.Admin.Doctor;

/// <summary>A diagnosis for people, at most <see cref="Width"/> columns wide.</summary>
internal static class DiagnosisText
{
    public const int Width = 100;

    private const string Cause = "  cause  ";
    private const string Seen = "  seen   ";
    private const string Next = "  next   ";

    // Of a command that goes on in the next line, for the shell.
    private const string Continued = " \\";

    public static IEnumerable<string> Format(BackendDiagnosis diagnosis)
    {
        string host = diagnosis.Address[..diagnosis.Address.LastIndexOf(':')].Trim('[', ']');
        string check = Word(diagnosis.Kind) + (diagnosis.UsesTls ? ", tls" : "");
        foreach (string line in Wrap("", $"{diagnosis.Pool}/{diagnosis.Backend} {diagnosis.Address} ({check}): {Word(diagnosis.Cause)}"))
        {
            yield return line;
        }

        IEnumerable<string> rest = Wrap(Cause, diagnosis.Explanation)
            .Concat(diagnosis.Evidence.SelectMany((line, index) => Wrap(Head(Seen, index), line)))
            .Concat(diagnosis.NextSteps.SelectMany((step, index) => Step(host, step, Head(Next, index))));
        foreach (string line in rest)
        {
            yield return line;
        }
    }

    private static IEnumerable<string> Step(string host, NextStep step, string head)
    {
        string place = step.IsHere ? "here:" : $"on {host}:";
        string blank = new(' ', Next.Length + 2);
        return Wrap(head, $"{place} {step.Purpose}").Concat(Wrap(blank, step.Command, Continued));
    }

    private static string Head(string word, int index) => index == 0 ? word : new string(' ', word.Length);

    /// <summary>Breaks between words, and within one only where it is longer than a line.</summary>
    private static IEnumerable<string> Wrap(string head, string text, string continued = "")
    {
        int width = Width - head.Length - continued.Length;
        string line = "";
        string start = head;
        IEnumerable<string> words = text.ReplaceLineEndings(" ").Split(' ').SelectMany(word => continued.Length > 0
            ? [word]
            : word.Chunk(width).Select(part => new string(part)).DefaultIfEmpty(""));
        foreach (string word in words)
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return start + line + continued;
                start = new string(' ', head.Length);
                line = "";
            }

            line += line.Length == 0 ? word : $" {word}";
        }

        yield return start + line;
    }

    /// <summary>An enum as programs and people read it.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
