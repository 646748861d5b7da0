# Requires every native extension of Ruby's own library and every file at its top, and says what came of each.
require 'rbconfig'
config = RbConfig::CONFIG
names = Dir.glob('**/*.so', base: config['rubyarchdir']).map { |file| file.delete_suffix('.so') }
names += Dir.glob('*.rb', base: config['rubylibdir']).map { |file| file.delete_suffix('.rb') }
# They change the program that requires them, ask questions, or build extensions.
left_out = %w[debug mkmf un bundler bundled_gems irb rdoc expect pty abbrev getoptlong optparse readline reline profile]
(names.uniq - left_out).reject { |name| name.start_with?('-test-', 'racc/') }.sort.each do |name|
  require name
  puts "#{name} ok"
rescue Exception => e
  puts "#{name} #{e.class} #{e.message.lines.first}"
end
$stdout.flush
exit!(0)
