// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Commands;

/// <summary>Finds the command that the first word names; without one, says what there is.</summary>
internal sealed class CommandTable(IReadOnlyList<BenchmarkCommand> commands)
{
    /// <summary>What a call has to put before the words of an example.</summary>
    public const string Program = "dotnet run -c Release --project Engine.Benchmarks";

    private const int Failure = 1;
    private const int Mistake = 2;

    /// <summary>Runs a command and returns its exit code; 1 when it cannot run here, 2 when the command line is wrong.</summary>
    public int Run(IReadOnlyList<string> words, TextWriter output, TextWriter errors)
    {
        if (words.Count == 0 || words[0] is "help" or "--help" or "-h")
        {
            WriteList(output);
            return 0;
        }

        BenchmarkCommand? command = commands.FirstOrDefault(one => one.Name == words[0]);
        if (command is null)
        {
            errors.WriteLine($"There is no '{words[0]}'.");
            WriteList(errors);
            return Mistake;
        }

        try
        {
            return command.Run([.. words.Skip(1)]);
        }
        catch (ArgumentException exception)
        {
            errors.WriteLine(exception.Message);
            errors.WriteLine($"Example: {Program} -- {command.Example}");
            return Mistake;
        }
        catch (CannotRunException exception)
        {
            errors.WriteLine(exception.Message);
            return Failure;
        }
    }

    private void WriteList(TextWriter writer)
    {
        writer.WriteLine($"What can be run: {Program} -- NAME");
        int width = commands.Max(command => command.Name.Length);
        foreach (BenchmarkCommand command in commands)
        {
            writer.WriteLine();
            writer.WriteLine($"  {command.Name.PadRight(width)}  {command.Summary}");
            writer.WriteLine($"  {new string(' ', width)}  -- {command.Example}");
        }
    }
}
