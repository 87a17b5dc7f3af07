// SPDX-License-Identifier: MIT
using LbEngine.ConsoleHost.Control;
using LbEngine.Testing;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Transport.Linux;

namespace LbEngine.Tests.ConsoleHost.Control;

/// <summary>What is a change of the file, under a clock that the test moves: each step is one look.</summary>
public sealed class FileWatchTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly TemporaryDirectory _directory = new();
    private readonly string _path;
    private readonly FileWatch _watch;
    private int _changes;

    public FileWatchTests()
    {
        _path = Path.Combine(_directory.Path, "lb.yaml");
        File.WriteAllText(_path, "one");
        _watch = new FileWatch(_path, FileStamp.Read(_path), () => Interlocked.Increment(ref _changes), _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _watch.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Watch_NothingHappens_TellsNothing()
    {
        await LookAsync(times: 5);

        Assert.Equal(0, _changes);
    }

    [Fact]
    public async Task Watch_WrittenBetweenTheReadAndTheWatch_TellsIt()
    {
        FileStamp read = FileStamp.Read(_path);
        File.WriteAllText(_path, "another");
        int changes = 0;
        await using var late = new FileWatch(_path, read, () => Interlocked.Increment(ref changes), _time);

        for (int look = 1; look <= 3; look++)
        {
            _time.Advance(FileWatch.Interval);
            await Waiting.UntilAsync(() => late.Looks >= look, "the watch has looked");
        }

        Assert.Equal(1, changes);
    }

    [Fact]
    public async Task Watch_WrittenOnce_TellsOnceAndAfterARest()
    {
        File.WriteAllText(_path, "another");

        await LookAsync(times: 1);
        int soon = _changes;
        await LookAsync(times: 4);

        Assert.Equal((0, 1), (soon, _changes));
    }

    [Fact]
    public async Task Watch_StillBeingWritten_WaitsForTheEnd()
    {
        for (int i = 0; i < 4; i++)
        {
            File.AppendAllText(_path, "more");
            await LookAsync(times: 1);
        }

        int during = _changes;
        await LookAsync(times: 2);

        Assert.Equal((0, 1), (during, _changes));
    }

    [Fact]
    public async Task Watch_ReplacedByRenaming_Tells()
    {
        File.WriteAllText(_path + ".new", "another");
        File.Move(_path + ".new", _path, overwrite: true);

        await LookAsync(times: 2);

        Assert.Equal(1, _changes);
    }

    [Fact]
    public async Task Watch_IncludedFileAndFolder_Tells()
    {
        string folder = Directory.CreateDirectory(Path.Combine(_directory.Path, "conf.d")).FullName;
        File.WriteAllText(Path.Combine(folder, "a.yaml"), "reactors: 1\n");
        File.WriteAllText(_path, "include: conf.d\n");
        int changes = 0;
        await using var watch = new FileWatch(_path, FileStamp.Read(_path), () => Interlocked.Increment(ref changes), _time);

        await LookAsync(watch, times: 2);
        int before = changes;
        File.WriteAllText(Path.Combine(folder, "a.yaml"), "reactors: 2\n");
        await LookAsync(watch, times: 3);
        int edited = changes;
        File.WriteAllText(Path.Combine(folder, "b.yaml"), "");
        await LookAsync(watch, times: 3);

        Assert.Equal((0, 1, 2), (before, edited, changes));
    }

    [Fact]
    public async Task Watch_LinkTurnedToAnotherFile_Tells()
    {
        string target = Path.Combine(_directory.Path, "other");
        File.WriteAllText(target, "one");
        File.SetLastWriteTimeUtc(target, File.GetLastWriteTimeUtc(_path));
        File.Delete(_path);
        File.CreateSymbolicLink(_path, target);

        await LookAsync(times: 2);

        Assert.Equal(1, _changes);
    }

    [Fact]
    public async Task Watch_RenamedOverWithEqualTimeAndLength_Tells()
    {
        File.WriteAllText(_path + ".new", "two");
        File.SetLastWriteTimeUtc(_path + ".new", File.GetLastWriteTimeUtc(_path));
        File.Move(_path + ".new", _path, overwrite: true);

        await LookAsync(times: 2);

        Assert.Equal(1, _changes);
    }

    [Fact]
    public async Task Watch_DirectoryLinkTurnedToAFileOfEqualTimeAndLength_Tells()
    {
        DateTime time = DateTime.UnixEpoch.AddYears(50);
        foreach (string revision in new[] { "one", "two" })
        {
            string folder = Directory.CreateDirectory(Path.Combine(_directory.Path, revision)).FullName;
            File.WriteAllText(Path.Combine(folder, "lb.yaml"), revision);
            File.SetLastWriteTimeUtc(Path.Combine(folder, "lb.yaml"), time);
        }

        string link = Path.Combine(_directory.Path, "data");
        Directory.CreateSymbolicLink(link, "one");
        string path = Path.Combine(link, "lb.yaml");
        int changes = 0;
        await using var watch = new FileWatch(path, FileStamp.Read(path), () => Interlocked.Increment(ref changes), _time);
        await LookAsync(watch, times: 2);
        int before = changes;

        Directory.Delete(link);
        Directory.CreateSymbolicLink(link, "two");
        await LookAsync(watch, times: 2);

        Assert.Equal((0, 1), (before, changes));
    }

    [Fact]
    public async Task Watch_NeverRests_TellsEveryFiveSeconds()
    {
        for (int i = 0; i < 25; i++)
        {
            File.AppendAllText(_path, "more");
            await LookAsync(times: 1);
        }

        Assert.Equal(2, _changes);
    }

    [LinuxFact]
    public async Task Watch_BecomesAPipeAndAFileAgain_TellsBothAndNeverHangs()
    {
        File.Delete(_path);
        SpecialFile.MakePipe(_path);
        await LookAsync(times: 2);
        int pipe = _changes;
        File.Delete(_path);
        File.WriteAllText(_path, "one");
        await LookAsync(times: 2);

        Assert.Equal((1, 2), (pipe, _changes));
    }

    [Fact]
    public async Task Watch_GoneAndBack_TellsOnlyWhenItIsBack()
    {
        File.Delete(_path);
        await LookAsync(times: 3);
        int gone = _changes;
        File.WriteAllText(_path, "another");
        await LookAsync(times: 3);

        Assert.Equal((0, 1), (gone, _changes));
    }

    /// <summary>Moves the clock by one look at a time and waits until it was taken.</summary>
    private Task LookAsync(int times) => LookAsync(_watch, times);

    private async Task LookAsync(FileWatch watch, int times)
    {
        for (int i = 0; i < times; i++)
        {
            int before = watch.Looks;
            _time.Advance(FileWatch.Interval);
            await Waiting.UntilAsync(() => watch.Looks > before, "the watch has looked");
        }
    }
}
