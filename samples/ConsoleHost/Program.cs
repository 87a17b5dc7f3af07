Console.WriteLine("lb");
