// SPDX-License-Identifier: MIT
using System.Globalization;

namespace LbEngine.ConsoleHost.Init;

/// <summary>Asks for what a first configuration needs; an answer that is wrong is asked for again, with the reason.</summary>
internal sealed class InitQuestions(TextReader input, TextWriter output)
{
    private bool _isOver;

    /// <summary>Null when the input ended before everything was known.</summary>
    public InitAnswers? Ask()
    {
        output.WriteLine("An empty answer takes what stands in brackets.");
        bool isUdp = AskOne("TCP or UDP", "tcp", static answer => answer.ToUpperInvariant() is "TCP" or "UDP" ? null : "write tcp or udp")
            .Equals("UDP", StringComparison.OrdinalIgnoreCase);
        string listen = AskOne("Where do clients arrive, ADDRESS:PORT", InitAnswers.DefaultListen, answer => InitDocument.CheckListen(answer, isUdp));
        var backends = new List<string>();
        while (!_isOver)
        {
            string number = (backends.Count + 1).ToString(CultureInfo.InvariantCulture);
            string answer = AskOne(
                backends.Count == 0 ? "Who serves them, ADDRESS:PORT of backend 1" : $"ADDRESS:PORT of backend {number}, or nothing when that was all",
                "",
                one => one.Length > 0 ? InitDocument.CheckBackend(one, isUdp) : backends.Count == 0 ? "at least one backend is needed" : null);
            if (answer.Length == 0)
            {
                break;
            }

            backends.Add(answer);
        }

        return backends.Count == 0 || _isOver ? null : new InitAnswers(listen, backends, isUdp);
    }

    private string AskOne(string question, string usual, Func<string, string?> findProblem)
    {
        while (!_isOver)
        {
            output.Write(usual.Length > 0 ? $"{question} [{usual}]: " : $"{question}: ");
            output.Flush();
            string? line = input.ReadLine()?.Trim();
            _isOver = line is null;
            string answer = line is { Length: > 0 } ? line : usual;
            if (_isOver || findProblem(answer) is not string problem)
            {
                return answer;
            }

            output.WriteLine($"  {problem}");
        }

        return usual;
    }
}
